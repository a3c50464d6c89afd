"""Which folders of a tree are skills, and which of them gets a name that several claim."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mcpskills.folder import SKILL_FILE
from mcpskills.printable import quoted

SKILLS_ROOT = "skills"
"""The folder of a registry repository below which skills stand."""

_NAMED, _PATH = 5, 200
_KEPT = _NAMED + 1


@dataclass(frozen=True, slots=True)
class Settlement:
    """`winners` maps each settled name to its folder; `rivals` each folder that lost to others that claim its name.

    Of many rivals only as many are kept as a reason needs, because every one of them has all the others.
    """

    winners: Mapping[str, str]
    rivals: Mapping[str, tuple[str, ...]]

    @property
    def refused(self) -> dict[str, str]:
        """Each folder that lost, with the reason."""
        return {path: reason(name_of(path), rivals) for path, rivals in self.rivals.items()}


def settle(paths: Sequence[str], live: Mapping[str, str]) -> Settlement:
    """Give every name to one folder. `live` maps the names that are live now to their folders.

    The only claimant wins. Among several, the one that is live wins; when none is, all are refused, because any choice would
    publish a skill under a name that its users may mean for another.
    """
    claimants: dict[str, list[str]] = defaultdict(list)
    for path in sorted(set(paths)):
        claimants[name_of(path)].append(path)
    winners: dict[str, str] = {}
    rivals: dict[str, tuple[str, ...]] = {}
    for name, claiming in claimants.items():
        winner = claiming[0] if len(claiming) == 1 else live.get(name)
        others = claiming[: _KEPT + 1]
        if winner is not None and winner in claiming:
            winners[name] = winner
            others = [winner]
        for path in claiming:
            if winners.get(name) != path:
                rivals[path] = tuple(other for other in others if other != path)[:_KEPT]
    return Settlement(winners, rivals)


def reason(name: str, rivals: Sequence[str]) -> str:
    """Why a folder does not get the name, for a person."""
    others = ", ".join(quoted(path, _PATH) for path in rivals[:_NAMED]) + (
        " and others" if len(rivals) > _NAMED else ""
    )
    return f"the name {quoted(name)} is claimed by {others} as well, and a name must be unique in a registry"


def skill_folders(paths: Iterable[str], root: str = SKILLS_ROOT) -> tuple[str, ...]:
    """The skill folders below `root`, sorted, given the paths of all files of a tree (`root=""`: anywhere in it).

    A skill is the outermost folder that holds a SKILL.md, in whatever case, so that a misspelt `skill.md` is found and refused
    instead of overlooked. What stands below it belongs to it. A SKILL.md in `root` itself makes no skill, because it
    would swallow all others.
    """
    above = f"{root}/" if root else ""
    holders = {
        path.rpartition("/")[0]
        for path in paths
        if path.startswith(above) and path.rpartition("/")[2].casefold() == SKILL_FILE.casefold()
    }
    outermost: list[str] = []
    # In this order a folder comes directly before everything that stands below it.
    for folder in sorted(holders - {root}, key=lambda folder: folder.split("/")):
        if not outermost or not folder.startswith(outermost[-1] + "/"):
            outermost.append(folder)
    return tuple(sorted(outermost))


def name_of(path: str) -> str:
    """The name that a folder claims."""
    return path.rstrip("/").rpartition("/")[2]
