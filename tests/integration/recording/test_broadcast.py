"""What is recorded is heard once and told to many, each as they see it; who reads slowly is told that some was left out."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.exceptions import HTTPException

from catalog_builders import TENANT
from journal_builders import an_invocation
from mcpskills.adapters.sqlite.journal import SqliteJournal
from mcpskills.errors import UnavailableError
from mcpskills.journal import WORD_BYTES, Invocation, InvocationFilter
from mcpskills_server.admin.broadcast import Broadcast
from mcpskills_server.admin.follower import MOST_WAITING, Follower
from mcpskills_server.admin.following import MOST_FOLLOWERS, MOST_OF_ONE, Followers
from mcpskills_server.admin.log_search import Wanted
from mcpskills_server.admin.told import Told

NOTHING = frozenset[str]()


class Said:
    """A tail that says what a story has it say, and counts who listens."""

    def __init__(self) -> None:
        self._batches: asyncio.Queue[Sequence[Invocation]] = asyncio.Queue()
        self.began = 0
        self.listening = 0

    def tell(self, batch: Sequence[Invocation]) -> None:
        self._batches.put_nowait(batch)

    @contextlib.asynccontextmanager
    async def listen(self) -> AsyncIterator[AsyncIterator[Sequence[Invocation]]]:
        self.began += 1
        self.listening += 1
        try:
            yield self._heard()
        finally:
            self.listening -= 1

    async def _heard(self) -> AsyncIterator[Sequence[Invocation]]:
        while True:
            yield await self._batches.get()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    with contextlib.closing(SqliteJournal(tmp_path / "journal.sqlite")) as kept:
        yield kept


@pytest.fixture
def tail() -> Said:
    return Said()


@pytest.fixture
def broadcast(tail: Said, journal: SqliteJournal) -> Broadcast:
    return Broadcast(tail, journal, TENANT)


def one_who_wants(text: str | None = None, hidden: frozenset[str] = NOTHING, **which: str) -> Follower:
    return Follower(Wanted(InvocationFilter(**which), text), lambda: hidden)


def a_batch(*invocations: Invocation) -> Sequence[Told]:
    return [Told(each) for each in invocations]


def ids(events: bytes | None) -> list[str]:
    lines = (events or b"").decode().splitlines()
    return [line.removeprefix("id: ") for line in lines if line.startswith("id:")]


async def heard(follower: Follower) -> list[str]:
    """The ids of the next batch."""
    async with asyncio.timeout(30):
        return ids(await follower.taken())


@pytest.mark.anyio
async def test_many_who_look_on_share_one_listener_until_the_last_one_leaves(broadcast: Broadcast, tail: Said):
    one, other = one_who_wants(), one_who_wants(skill="letters")
    pdf, letter = an_invocation(skill="pdf-forms"), an_invocation(skill="letters")

    await broadcast.join(one)
    await broadcast.join(other)
    tail.tell([pdf, letter])
    found = [await heard(each) for each in (one, other)]
    broadcast.leave(one)
    still = tail.listening
    broadcast.leave(other)
    await broadcast.finish()

    assert found == [[pdf.id, letter.id], [letter.id]]
    assert (tail.began, still, tail.listening) == (1, 1, 0)


@pytest.mark.anyio
async def test_what_a_client_chose_is_told_as_the_journal_keeps_it(broadcast: Broadcast, tail: Said):
    looking, record = one_who_wants(), an_invocation(skill="\ud800", user_agent="x" * 10_000)

    await broadcast.join(looking)
    tail.tell([record])
    told = await looking.taken()
    await broadcast.finish()

    assert ids(told) == [record.id]
    assert b'"skill":"?"' in told
    assert len(told) < 2 * WORD_BYTES


@pytest.mark.anyio
async def test_who_comes_after_the_last_one_left_is_told_as_well(broadcast: Broadcast, tail: Said):
    first, second, record = one_who_wants(), one_who_wants(), an_invocation()

    await broadcast.join(first)
    broadcast.leave(first)
    await broadcast.join(second)
    tail.tell([record])

    assert await heard(second) == [record.id]
    await broadcast.finish()
    assert await second.taken() is None


@pytest.mark.anyio
async def test_what_was_lost_is_read_in_the_journal_once_for_all(
    broadcast: Broadcast, tail: Said, journal: SqliteJournal
):
    now = datetime.now(UTC)
    known, lost = an_invocation(now), an_invocation(now + timedelta(seconds=1))
    looking = [one_who_wants(), one_who_wants()]
    for each in looking:
        await broadcast.join(each)
    journal.append([known, lost])

    tail.tell([known])
    first = [await heard(each) for each in looking]
    tail.tell([])
    then = [await heard(each) for each in looking]
    await broadcast.finish()

    assert (first, then) == ([[known.id]] * 2, [[lost.id]] * 2)


def test_a_record_is_written_once_for_all_who_see_it_alike():
    failed = Told(an_invocation(skill="pdf-forms", error="Did you mean secret-plans?", status="ERROR"))
    hidden, same = frozenset({"secret-plans"}), frozenset(["secret-plans"])

    assert failed.event({}) is failed.event({})
    assert failed.seen(NOTHING) is failed
    assert failed.seen(hidden) is failed.seen(same)
    assert b"secret-plans" not in failed.seen(hidden).event({})
    assert failed.seen(frozenset({"another"})) is failed
    assert failed.seen(frozenset({"pdf-forms"})) is None


@pytest.mark.anyio
async def test_a_text_is_looked_for_in_what_the_follower_sees():
    batch = a_batch(an_invocation(skill="pdf-forms", error="Did you mean SECRET-plans?", status="ERROR"))
    outsider, member = one_who_wants("secret-PLANS", frozenset({"SECRET-plans"})), one_who_wants("secret-PLANS")
    for each in (outsider, member):
        each.put(batch)
        each.put(a_batch(an_invocation(error="secret-plans")))

    assert await heard(member) == [batch[0].invocation.id]
    assert batch[0].invocation.id not in await heard(outsider)


@pytest.mark.anyio
async def test_who_reads_slowly_is_told_how_much_of_theirs_was_left_out():
    slow = one_who_wants(hidden=frozenset({"secret-plans"}))
    for _ in range(MOST_WAITING + 3):
        slow.put(a_batch(an_invocation(skill="pdf-forms"), an_invocation(skill="secret-plans")))

    first, second = await slow.taken(), await slow.taken()

    assert first.startswith(b'event: left-out\ndata: {"left_out":3}\n\nid: ')
    assert second.startswith(b"id: ")


@pytest.mark.anyio
async def test_what_comes_while_one_who_comes_back_is_told_what_they_missed_is_told_once():
    back, missed, new = one_who_wants(), an_invocation(), an_invocation()
    back.put(a_batch(missed, new))

    found = [ids(events) for events in back.again([missed], {})]

    assert (found, await heard(back)) == ([[missed.id]], [new.id])


@pytest.mark.anyio
async def test_what_is_restricted_while_it_waits_is_not_told():
    hidden: set[str] = set()
    slow = Follower(Wanted(InvocationFilter()), lambda: frozenset(hidden))
    slow.put(a_batch(an_invocation(skill="secret-plans")))

    hidden.add("secret-plans")

    assert await slow.taken() == b""


@pytest.mark.anyio
async def test_a_listener_that_breaks_ends_the_streams(journal: SqliteJournal):
    class Broken(Said):
        async def _heard(self) -> AsyncIterator[Sequence[Invocation]]:
            raise OSError("broken")
            yield ()

    broadcast, looking = Broadcast(Broken(), journal, TENANT), one_who_wants()

    await broadcast.join(looking)

    assert await looking.taken() is None


@pytest.mark.parametrize(
    ("callers", "most", "refusal"),
    [(1, MOST_OF_ONE, HTTPException), (MOST_FOLLOWERS // MOST_OF_ONE + 1, MOST_FOLLOWERS, UnavailableError)],
)
@pytest.mark.anyio
async def test_of_many_who_come_at_once_no_more_than_there_are_places_get_in(
    broadcast: Broadcast, callers: int, most: int, refusal: type[Exception]
):
    followers = Followers(broadcast, 60)
    each_asks = MOST_OF_ONE if callers > 1 else MOST_OF_ONE + 2
    streams = [followers.stream(f"key:{who}", one_who_wants()) for who in range(callers) for _ in range(each_asks)]
    sent: list[int] = []

    async def send(message) -> None:
        if message["type"] == "http.response.start":
            sent.append(message["status"])

    async def receive():
        await asyncio.Event().wait()

    ended = asyncio.gather(
        *(each({"type": "http", "asgi": {}}, receive, send) for each in streams), return_exceptions=True
    )
    while len(sent) < most:
        await asyncio.sleep(0)
    await followers.finish()
    refused = [error for error in await ended if error is not None]

    assert (len(sent), {type(error) for error in refused}) == (most, {refusal})
    assert len(refused) == len(streams) - most
