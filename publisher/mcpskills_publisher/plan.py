"""What has to be done so that the catalog becomes what Git asks for. Pure: no Git, no store, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass

from mcpskills import claims
from mcpskills.ports import Published
from mcpskills.printable import printable
from mcpskills.version import SkillRecord

CLAIMED = "claims"
"""Stands for the rule set in the quarantine of a folder whose name others claim: not its content decides, but its rivals."""

EVALUATED = "evals"
"""Stands for the rule set when its own evals keep a folder back: other skills decide as well, so each commit tries them anew."""

LOOK_AGAIN = ""
"""Stands for the rule set when something failed that may work the next time."""

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """A commit of the tracked branch: its skill folders' tree ids by path, and the rule set that will judge them."""

    commit: str
    folders: Mapping[str, str]
    rules: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A folder that may become a version. `expected` is the catalog's record of its name, a tombstone as well."""

    path: str
    tree: str
    expected: SkillRecord | None

    @property
    def name(self) -> str:
        return claims.name_of(self.path)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A folder that is quarantined without being read."""

    path: str
    tree: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """`moved` folders keep their version, `gone` skills become tombstones, `released` paths leave quarantine."""

    publish: tuple[Candidate, ...]
    moved: tuple[Candidate, ...]
    refused: tuple[Refusal, ...]
    gone: tuple[SkillRecord, ...]
    released: tuple[str, ...]
    unchanged: int


def plan(wanted: Wanted, published: Published) -> Plan:
    """Compare. A tree that was dealt with already costs nothing; a name that any folder claims is never taken away."""
    alive = {name: record for name, record in published.skills.items() if not record.deleted}
    refused = _without_a_name(wanted, alive)
    candidates = [
        Candidate(path, tree, published.skills.get(claims.name_of(path)))
        for path, tree in wanted.folders.items()
        if path not in refused
    ]
    settled = {c.path: _settled(c, alive) for c in candidates}
    publish = tuple(c for c in candidates if not settled[c.path] and not _known_bad(c, wanted, published))
    moved = tuple(c for c in candidates if settled[c.path] and c.expected and c.expected.path != c.path)
    refusals = tuple(
        Refusal(path, wanted.folders[path], reason)
        for path, reason in refused.items()
        if not _refused_before(path, wanted.folders[path], reason, published)
    )
    claimed = {claims.name_of(path) for path in wanted.folders}
    good_again = {path for path in published.quarantined if settled.get(path)}
    return Plan(
        publish=publish,
        moved=moved,
        refused=refusals,
        gone=tuple(alive[name] for name in sorted(alive.keys() - claimed)),
        released=tuple(sorted((published.quarantined.keys() - wanted.folders.keys()) | good_again)),
        unchanged=len(wanted.folders) - len(publish) - len(moved) - len(refusals),
    )


def deserves_another_look(published: Published, rules: str) -> bool:
    """Whether a folder in quarantine was refused by other rules than the present ones."""
    return any(quarantine.rules not in {rules, CLAIMED, EVALUATED} for quarantine in published.quarantined.values())


def _without_a_name(wanted: Wanted, alive: Mapping[str, SkillRecord]) -> dict[str, str]:
    """The folders that lose their name to others, each with the reason."""
    settlement = claims.settle(tuple(wanted.folders), {name: record.path for name, record in alive.items()})
    return {
        path: f"{printable(path, _SHOWN)}: {reason}. Rename all but one of these folders, with the `name` in their SKILL.md."
        for path, reason in settlement.refused.items()
    }


def _settled(candidate: Candidate, alive: Mapping[str, SkillRecord]) -> bool:
    record = alive.get(candidate.name)
    return record is not None and record.tree == candidate.tree


def _known_bad(candidate: Candidate, wanted: Wanted, published: Published) -> bool:
    quarantine = published.quarantined.get(candidate.path)
    return quarantine is not None and (quarantine.tree, quarantine.rules) == (candidate.tree, wanted.rules)


def _refused_before(path: str, tree: str, reason: str, published: Published) -> bool:
    quarantine = published.quarantined.get(path)
    return quarantine is not None and (quarantine.tree, quarantine.rules, quarantine.reason) == (tree, CLAIMED, reason)
