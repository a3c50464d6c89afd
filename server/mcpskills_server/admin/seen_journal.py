"""The journal as somebody reads it who does not see every skill: what is hidden from them was never called."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Union

from mcpskills.errors import NotFoundError
from mcpskills.journal import ALL, Invocation, InvocationFilter, InvocationPage, InvocationStatus
from mcpskills.ports import Journal

UNKNOWN: Final = "There is no such invocation, or it has expired."


class SeenJournal:
    """What the admin API uses of `ports.Journal`."""

    def __init__(self, journal: Union[Journal, "SeenJournal"], hidden: frozenset[str]) -> None:
        self._journal = journal
        self._hidden = hidden

    def page(
        self, tenant: str, which: InvocationFilter = ALL, *, cursor: str | None = None, limit: int
    ) -> InvocationPage:
        """May hold fewer than there are on it."""
        page = self._journal.page(tenant, which, cursor=cursor, limit=limit)
        # Of a skill that nobody has heard of there is no second page: a cursor would tell that it was called.
        following = None if which.skill in self._hidden else page.cursor
        return InvocationPage(tuple(shown(page.invocations, self._hidden)), following)

    def one(self, tenant: str, invocation: str) -> Invocation:
        found = shown([self._journal.one(tenant, invocation)], self._hidden)
        if not found:
            raise NotFoundError(UNKNOWN)
        return found[0]


def shown(invocations: Sequence[Invocation], hidden: frozenset[str]) -> Sequence[Invocation]:
    """Those that are not about a hidden skill, without what may tell of one.

    What is about no single skill, such as a search, has an answer as its caller saw it, who may see more.
    """
    return [_told(each, hidden) for each in invocations if each.skill not in hidden] if hidden else invocations


def _told(invocation: Invocation, hidden: frozenset[str]) -> Invocation:
    error = _LEFT_OUT if _names_one(invocation.error, hidden) else invocation.error
    if invocation.skill is None:
        return _with(invocation, None, None, error)
    if invocation.status is InvocationStatus.SUCCESS:
        # What was read of a skill that is seen.
        return invocation
    # Who misspelt a name was told of the skills that are called nearly so, and they may see more.
    said = (invocation.parameters, invocation.result)
    parameters, result = (None if _names_one(body, hidden) else body for body in said)
    return _with(invocation, parameters, result, error)


def _with(invocation: Invocation, parameters: str | None, result: str | None, error: str | None) -> Invocation:
    """Itself where nothing differs: who tells many of it makes nothing of it again."""
    if (parameters, result, error) == (invocation.parameters, invocation.result, invocation.error):
        return invocation
    return replace(invocation, parameters=parameters, result=result, error=error)


def _names_one(text: str | None, hidden: frozenset[str]) -> bool:
    return text is not None and any(name in text for name in hidden)


_LEFT_OUT: Final = "It failed; why is told to who sees all skills."
