"""The forge as somebody works with it who does not see every skill: proposals that touch what is hidden are not there."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Union

from mcpskills.claims import name_of
from mcpskills.errors import NotFoundError
from mcpskills.ports import Forge
from mcpskills.printable import quoted
from mcpskills.proposal import Changed, Proposal, ProposedChange

_MOST: Final = 1_000


class Touched:
    """What heads of proposals touch, as names that a skill may have; asked of the forge once for each head."""

    def __init__(self, forge: Union[Forge, "SeenForge"]) -> None:
        self._forge = forge
        self._names: dict[tuple[str, str], frozenset[str] | None] = {}

    def names(self, proposal: Proposal) -> frozenset[str] | None:
        """None where the proposal touches more than is read of it."""
        key = (proposal.id, proposal.commit)
        if key not in self._names:
            if len(self._names) >= _MOST:
                self._names.clear()
            self._names[key] = _touched(self._forge.changed(proposal.id))
        return self._names[key]


class SeenForge:
    """What the admin API uses of `ports.Forge`. All skills share the names in Git, so proposing a hidden one is possible."""

    def __init__(self, forge: Union[Forge, "SeenForge"], hidden: frozenset[str], touched: Touched) -> None:
        self._forge = forge
        self._hidden = hidden
        self._touched = touched

    def propose(self, change: ProposedChange) -> Proposal:
        return self._forge.propose(change)

    def standing(self, change: ProposedChange) -> Proposal | None:
        return self._forge.standing(change)

    def proposals(self) -> Sequence[Proposal]:
        return [proposal for proposal in self._forge.proposals() if self._is_open(proposal)]

    def proposal(self, which: str) -> Proposal:
        found = self._forge.proposal(which)
        if not self._is_open(found):
            raise NotFoundError(f"There is no proposal {quoted(which)}.")
        return found

    def changed(self, which: str) -> Changed:
        self.proposal(which)
        changed = self._forge.changed(which)
        return replace(changed, folders=tuple(path for path in changed.folders if name_of(path) not in self._hidden))

    def approve(self, which: str, head: str, by: str, comment: str = "") -> Proposal:
        self.proposal(which)
        return self._forge.approve(which, head, by, comment)

    def merge(self, which: str, head: str, by: str) -> Proposal:
        self.proposal(which)
        return self._forge.merge(which, head, by)

    def close(self, which: str, by: str, comment: str = "") -> Proposal:
        self.proposal(which)
        return self._forge.close(which, by, comment)

    def file(self, path: str, at: str | None = None) -> bytes | None:
        return self._forge.file(path, at)

    def _is_open(self, proposal: Proposal) -> bool:
        touched = self._touched.names(proposal)
        return touched is not None and touched.isdisjoint(self._hidden)


def _touched(changed: Changed) -> frozenset[str] | None:
    if changed.left_out:
        return None
    paths = (*(change.path for change in changed.skills), *changed.elsewhere)
    return frozenset(part for path in paths for part in path.split("/"))
