"""Looking for invocations. Each look reads a bounded stretch of the journal, and says where to go on.

These functions block: routes call them in a thread.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from mcpskills.journal import LOOKED_AT, MOST_ON_A_PAGE, Invocation, InvocationFilter, InvocationPage
from mcpskills.ports import Journal as WholeJournal
from mcpskills_server.admin.seen_journal import SeenJournal

Journal: TypeAlias = WholeJournal | SeenJournal


@dataclass(frozen=True, slots=True)
class Wanted:
    """What invocations are looked for: those that a filter lets through and that say a text somewhere, in any case."""

    which: InvocationFilter
    text: str | None = None

    def says(self, invocation: Invocation) -> bool:
        """Whether the text stands in it, bodies included as far as they are kept."""
        if not self.text:
            return True
        wish = self.text.casefold()
        return any(wish in text.casefold() for text in _texts(invocation) if text)

    def has(self, invocation: Invocation) -> bool:
        """Whether it is wanted, as the journal would say."""
        which, at = self.which, invocation.at
        said = (
            (which.skill, invocation.skill),
            (which.principal, invocation.principal),
            (which.session, invocation.session),
            (which.status, invocation.status),
        )
        if any(wish is not None and wish != found for wish, found in said):
            return False
        in_time = (which.since is None or at >= which.since) and (which.until is None or at < which.until)
        return in_time and self.says(invocation)


def page(journal: Journal, tenant: str, wanted: Wanted, cursor: str | None, limit: int) -> InvocationPage:
    """The newest first, after the cursor. Looks at `LOOKED_AT` invocations, about, so it may hold few while more follow."""
    if not wanted.text:
        return journal.page(tenant, wanted.which, cursor=cursor, limit=limit)
    found: list[Invocation] = []
    for _ in range(LOOKED_AT // MOST_ON_A_PAGE):
        looked = journal.page(tenant, wanted.which, cursor=cursor, limit=MOST_ON_A_PAGE)
        for each in looked.invocations:
            if wanted.says(each):
                found.append(each)
            if len(found) == limit:
                is_last = each is looked.invocations[-1] and looked.cursor is None
                return InvocationPage(tuple(found), None if is_last else each.id)
        cursor = looked.cursor
        if cursor is None:
            break
    return InvocationPage(tuple(found), cursor)


def everything(journal: Journal, tenant: str, wanted: Wanted) -> Iterator[Sequence[Invocation]]:
    """All that is wanted, the newest first, a page at a time."""
    cursor = None
    while True:
        looked = journal.page(tenant, wanted.which, cursor=cursor, limit=MOST_ON_A_PAGE)
        yield [each for each in looked.invocations if wanted.says(each)]
        cursor = looked.cursor
        if cursor is None:
            return


def _texts(invocation: Invocation) -> tuple[str | None, ...]:
    return (
        invocation.method,
        invocation.skill,
        invocation.principal,
        invocation.session,
        invocation.client_address,
        invocation.user_agent,
        invocation.error,
        invocation.parameters,
        invocation.result,
    )
