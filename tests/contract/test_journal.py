"""What `ports.Journal` promises."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from catalog_builders import NOON, TENANT, Clock
from journal_builders import a_full_invocation, an_invocation
from mcpskills import journal as journals
from mcpskills.errors import InvalidInputError, NotFoundError
from mcpskills.journal import (
    BODY_BYTES,
    KEPT,
    LOOKED_AT,
    MOST_ON_A_PAGE,
    Invocation,
    InvocationFilter,
    InvocationStatus,
    invocation_id,
)
from mcpskills.ports import Journal


def a_while(count: int, **fields) -> list[Invocation]:
    """One a second until noon, the newest first."""
    return [an_invocation(NOON - timedelta(seconds=second), **fields) for second in range(count)]


def everything(journal: Journal, which: InvocationFilter = journals.ALL, *, limit: int) -> list[list[Invocation]]:
    """All pages."""
    pages, cursor = [], None
    while not pages or cursor:
        page = journal.page(TENANT, which, cursor=cursor, limit=limit)
        pages.append(list(page.invocations))
        cursor = page.cursor
    return pages


def test_an_invocation_is_read_as_it_was_appended(journal: Journal):
    invocation = a_full_invocation()

    journal.append([invocation])

    assert journal.one(TENANT, invocation.id) == invocation
    assert journal.page(TENANT, limit=10).invocations == (invocation,)
    assert invocation.at == NOON


def test_what_an_invocation_lacks_it_lacks_in_the_journal_as_well(journal: Journal):
    invocation = an_invocation(duration=2.0)

    journal.append([invocation])

    assert journal.one(TENANT, invocation.id) == invocation


def test_an_empty_journal_has_an_empty_page_and_an_empty_batch_changes_nothing(journal: Journal):
    journal.append([])

    page = journal.page(TENANT, limit=10)
    assert (page.invocations, page.cursor) == ((), None)


def test_pages_lead_from_the_newest_to_the_oldest_and_miss_nothing(journal: Journal):
    appended = a_while(95)
    journal.append(appended[::-1])

    pages = everything(journal, limit=20)

    assert [len(page) for page in pages] == [20, 20, 20, 20, 15]
    assert [one for page in pages for one in page] == appended


def test_a_last_page_that_is_full_leads_nowhere(journal: Journal):
    journal.append(a_while(20))

    assert journal.page(TENANT, limit=20).cursor is None


def test_what_is_appended_meanwhile_moves_no_page(journal: Journal):
    appended = a_while(6)
    journal.append(appended)
    first = journal.page(TENANT, limit=3)

    journal.append([an_invocation(NOON + timedelta(seconds=1))])

    assert journal.page(TENANT, cursor=first.cursor, limit=3).invocations == tuple(appended[3:])


def test_a_batch_that_is_appended_again_is_there_once(journal: Journal):
    appended = a_while(30)

    journal.append(appended)
    journal.append(appended + appended[:5])

    assert everything(journal, limit=100) == [appended]


def test_a_batch_of_any_size_is_kept(journal: Journal):
    appended = a_while(260)

    journal.append(appended)

    assert [one for page in everything(journal, limit=MOST_ON_A_PAGE) for one in page] == appended


def test_many_threads_may_append_at_once(journal: Journal):
    appended = a_while(80)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(journal.append, (appended[start : start + 10] for start in range(0, 80, 10))))

    assert everything(journal, limit=100) == [appended]


def test_tenants_have_journals_of_their_own(journal: Journal):
    mine, foreign = an_invocation(skill="pdf-forms"), an_invocation(tenant="acme#0", skill="pdf-forms")
    journal.append([mine, foreign])

    assert journal.page(TENANT, limit=10).invocations == (mine,)
    assert journal.page("acme#0", InvocationFilter(skill="pdf-forms"), limit=10).invocations == (foreign,)
    assert journal.page("acme", limit=10).invocations == ()
    with pytest.raises(NotFoundError):
        journal.one(TENANT, foreign.id)


FAILED, LATE = InvocationStatus.ERROR, InvocationStatus.TIMEOUT


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (InvocationFilter(skill="pdf-forms"), "abcd"),
        (InvocationFilter(principal="ada"), "abe"),
        (InvocationFilter(session="one"), "ace"),
        (InvocationFilter(status=FAILED), "a"),
        (InvocationFilter(status=LATE), "e"),
        (InvocationFilter(status=InvocationStatus.SUCCESS), "bcdf"),
        (InvocationFilter(skill="pdf-forms", principal="ada", session="one", status=FAILED), "a"),
        (InvocationFilter(skill="pdf-forms", principal="ada"), "ab"),
        (InvocationFilter(skill="unheard-of"), ""),
    ],
    ids=repr,
)
def test_a_page_holds_only_what_is_wanted(journal: Journal, which: InvocationFilter, expected: str):
    named = {
        "a": {"skill": "pdf-forms", "principal": "ada", "session": "one", "status": FAILED},
        "b": {"skill": "pdf-forms", "principal": "ada", "session": "other"},
        "c": {"skill": "pdf-forms", "principal": "grace", "session": "one"},
        "d": {"skill": "pdf-forms"},
        "e": {"principal": "ada", "session": "one", "status": LATE},
        "f": {},
    }
    times = (NOON - timedelta(seconds=second) for second in range(len(named)))
    made = {name: an_invocation(at, **fields) for (name, fields), at in zip(named.items(), times, strict=True)}
    journal.append(list(made.values()))

    assert everything(journal, which, limit=10) == [[made[name] for name in expected]]


def test_a_filter_goes_on_from_page_to_page(journal: Journal):
    wanted, others = a_while(25, skill="pdf-forms"), a_while(25, skill="sql-review")
    journal.append(wanted + others)

    pages = everything(journal, InvocationFilter(skill="pdf-forms"), limit=10)

    assert [len(page) for page in pages] == [10, 10, 5]
    assert [one for page in pages for one in page] == wanted


def test_a_page_is_of_a_time(journal: Journal):
    appended = a_while(10, skill="pdf-forms")
    journal.append(appended)
    time = {"since": NOON - timedelta(seconds=6), "until": NOON - timedelta(seconds=2)}

    for which in (InvocationFilter(**time), InvocationFilter(skill="pdf-forms", **time)):
        assert everything(journal, which, limit=3) == [appended[3:6], appended[6:7]]
    nothing = InvocationFilter(since=NOON, until=NOON - timedelta(hours=1))
    assert everything(journal, nothing, limit=3) == [[]]


def test_what_is_rare_among_much_is_found_by_pages_that_look_at_so_many(journal: Journal):
    often, rare = (
        a_while(LOOKED_AT, principal="ada"),
        an_invocation(NOON - timedelta(days=1), principal="ada", skill="rare"),
    )
    journal.append([*often, rare])
    which = InvocationFilter(principal="ada", status=InvocationStatus.SUCCESS, skill="rare")
    not_led = InvocationFilter(status=InvocationStatus.SUCCESS)

    assert everything(journal, replace(which, skill="absent"), limit=10) == [[], []]
    assert everything(journal, which, limit=10) == [[], [rare]]
    assert len(journal.page(TENANT, not_led, limit=10).invocations) == 10


def test_after_thirty_days_nobody_gets_it_any_more(journal: Journal, clock: Clock):
    old, young = an_invocation(skill="pdf-forms"), an_invocation(NOON + timedelta(days=1), skill="pdf-forms")
    clock.pass_by(KEPT.total_seconds())
    journal.append([old, young])
    assert journal.one(TENANT, old.id) == old

    clock.pass_by(1)

    with pytest.raises(NotFoundError):
        journal.one(TENANT, old.id)
    for which in (journals.ALL, InvocationFilter(skill="pdf-forms"), InvocationFilter(since=NOON - KEPT)):
        assert journal.page(TENANT, which, limit=10).invocations == (young,)


def test_bodies_are_cut_to_their_bounds(journal: Journal):
    invocation = an_invocation(parameters="ä" * BODY_BYTES, result="x" * BODY_BYTES, user_agent="u" * 10_000)

    journal.append([invocation])

    kept = journal.one(TENANT, invocation.id)
    assert kept.parameters == "ä" * (BODY_BYTES // 2 - 2) + "…"
    assert kept.result == invocation.result
    assert len(kept.user_agent.encode()) == journals.WORD_BYTES


def test_text_that_no_encoding_has_spoils_no_batch(journal: Journal):
    broken = an_invocation(parameters='"\ud800"', principal="p" * 1_000, skill="\udfff", error="\x00")

    journal.append([broken, an_invocation()])

    kept = journal.one(TENANT, broken.id)
    assert (kept.parameters, kept.skill, kept.error) == ('"?"', "?", "\x00")
    for which in (InvocationFilter(skill="\udfff"), InvocationFilter(principal="p" * 1_000)):
        assert journal.page(TENANT, which, limit=10).invocations == (kept,)


@pytest.mark.parametrize(
    "identifier",
    ["", "1", "019CA945-0A00-71CC-B555-AE1C8773135A", "ffffffff-ffff-7fff-bfff-ffffffffffff", "~" * 10_000],
)
def test_what_is_no_id_is_unknown_no_cursor_and_not_appended(journal: Journal, identifier: str):
    with pytest.raises(NotFoundError):
        journal.one(TENANT, identifier)
    with pytest.raises(InvalidInputError):
        journal.page(TENANT, cursor=identifier, limit=10)
    with pytest.raises(InvalidInputError):
        journal.append([an_invocation(), an_invocation(id=identifier)])
    assert journal.page(TENANT, limit=10).invocations == ()


def test_an_id_that_nobody_appended_is_unknown(journal: Journal):
    with pytest.raises(NotFoundError):
        journal.one(TENANT, invocation_id(NOON))


@pytest.mark.parametrize("limit", [0, -1, MOST_ON_A_PAGE + 1])
def test_a_page_has_a_size_within_bounds(journal: Journal, limit: int):
    with pytest.raises(InvalidInputError):
        journal.page(TENANT, limit=limit)
