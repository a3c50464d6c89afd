"""Looking for invocations. Each look reads a bounded stretch of the journal, and says where to go on.

These functions block: routes call them in a thread.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from mcpskills.journal import LOOKED_AT, MOST_ON_A_PAGE, Invocation, InvocationFilter, InvocationPage
from mcpskills.ports import Journal as WholeJournal
from mcpskills_server.admin.seen_journal import SeenJournal

Journal: TypeAlias = WholeJournal | SeenJournal

MOST_TOLD_AGAIN: Final = 5 * MOST_ON_A_PAGE
"""Records that were missed and are told of; older ones are in the journal."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What invocations are looked for: those that a filter lets through and that say a text somewhere, in any case.

    With `callers`, those of any of these principals; then the filter names none.
    """

    which: InvocationFilter
    text: str | None = None
    callers: tuple[str, ...] = ()

    def says(self, invocation: Invocation) -> bool:
        """Whether the text stands in it, bodies included as far as they are kept."""
        if not self.text:
            return True
        wish = self.text.casefold()
        return any(wish in text for text in folded(invocation))

    def fits(self, invocation: Invocation) -> bool:
        """Whether it is wanted, whatever it says, as the journal would tell."""
        which = self.which
        said = (
            (which.skill, invocation.skill),
            (which.principal, invocation.principal),
            (which.session, invocation.session),
            (which.status, invocation.status),
        )
        if any(wish is not None and wish != found for wish, found in said):
            return False
        if self.callers and invocation.principal not in self.callers:
            return False
        if which.since is None and which.until is None:
            return True
        at = invocation.at
        return (which.since is None or at >= which.since) and (which.until is None or at < which.until)


def page(journal: Journal, tenant: str, wanted: Wanted, cursor: str | None, limit: int) -> InvocationPage:
    """The newest first, after the cursor. Looks at `LOOKED_AT` invocations, about, so it may hold few while more follow."""
    if not wanted.text:
        return _page(journal, tenant, wanted, cursor, limit)
    found: list[Invocation] = []
    for _ in range(LOOKED_AT // MOST_ON_A_PAGE):
        looked = _page(journal, tenant, wanted, cursor, MOST_ON_A_PAGE)
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
        looked = _page(journal, tenant, wanted, cursor, MOST_ON_A_PAGE)
        yield [each for each in looked.invocations if wanted.says(each)]
        cursor = looked.cursor
        if cursor is None:
            return


def newer(journal: Journal, tenant: str, wanted: Wanted, last: str) -> Sequence[Invocation]:
    """Those with a greater id than the `last`, whatever they say, without bodies and the oldest first; of too many the newest."""
    found: list[Invocation] = []
    cursor = None
    while len(found) < MOST_TOLD_AGAIN:
        page = _page(journal, tenant, wanted, cursor, MOST_ON_A_PAGE)
        new = [replace(each, parameters=None, result=None) for each in page.invocations if each.id > last]
        found += new
        cursor = page.cursor
        if cursor is None or cursor <= last or len(new) < len(page.invocations):
            break
    return found[::-1]


def _page(journal: Journal, tenant: str, wanted: Wanted, cursor: str | None, limit: int) -> InvocationPage:
    """Whatever they say. Of several callers each leads to its own, as one alone would."""
    if not wanted.callers:
        return journal.page(tenant, wanted.which, cursor=cursor, limit=limit)
    each_asked = [replace(wanted.which, principal=caller) for caller in wanted.callers]
    pages = [journal.page(tenant, which, cursor=cursor, limit=limit) for which in each_asked]
    # Below the place where the first of the pages ends, it is not known what comes next.
    floor = max((page.cursor for page in pages if page.cursor is not None), default="")
    known = [each for page in pages for each in page.invocations if each.id >= floor]
    found = sorted(known, key=lambda each: each.id, reverse=True)
    following = found[limit - 1].id if len(found) > limit else floor or None
    return InvocationPage(tuple(found[:limit]), following)


def folded(invocation: Invocation) -> Iterator[str]:
    """All texts of it, so that case makes no difference."""
    texts = (
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
    return (text.casefold() for text in texts if text)
