"""The journal as somebody reads it who does not see every skill: what is hidden from them was never called."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, TypeAlias, Union

from mcpskills.errors import NotFoundError
from mcpskills.journal import ALL, Invocation, InvocationFilter, InvocationPage
from mcpskills.ports import Journal

UNKNOWN: Final = "There is no such invocation, or it has expired."


Shown: TypeAlias = Callable[[Sequence[Invocation]], Sequence[Invocation]]
"""Gives those of some records that somebody sees now, without what is not for them."""


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
    if invocation.skill is not None:
        return invocation
    error = invocation.error
    names_one = error is not None and any(name in error for name in hidden)
    return replace(invocation, parameters=None, result=None, error=_LEFT_OUT if names_one else error)


_LEFT_OUT: Final = "It failed; why is told to who sees all skills."
