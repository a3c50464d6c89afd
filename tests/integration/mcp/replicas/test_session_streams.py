"""GET streams on two replicas: what clients are told of swaps, where they go on, and how the streams end."""

import asyncio
from collections import Counter
from functools import partial

import pytest

from catalog_builders import TENANT
from integration.mcp.conftest import WAIT_SECONDS, serving
from integration.mcp.sessions import in_process, request
from mcpskills.session import SessionKey
from mcpskills_server.mcp.sessions.book import SessionBook
from mcpskills_server.mcp.sessions.sse import BEAT
from mcpskills_server.mcp.sessions.stream import MISSED_BEATS, MOST_RECENT, Stream
from mcpskills_server.mcp.sessions.streams import TURNS, Streams
from session_builders import a_session

pytestmark = pytest.mark.anyio

LISTS = ["resources/list_changed", "prompts/list_changed"]
FAST = 0.05


async def until(found):
    async with asyncio.timeout(WAIT_SECONDS):
        while not found():
            await asyncio.sleep(0)


@pytest.mark.parametrize("path", ["", "/sse"])
async def test_a_stream_on_any_replica_tells_of_a_swap(replicas, client, path):
    await client.open(replicas.one.url)

    async with client.stream(replicas.other.url + path) as events:
        opening = await events.next()
        await replicas.publish("release-notes")
        told = [await events.notification(), await events.notification()]

    assert events.answer.status_code == 200
    assert events.answer.headers["content-type"] == "text/event-stream"
    assert events.answer.headers["cache-control"] == "no-store, no-transform"
    assert events.answer.headers["x-accel-buffering"] == "no"
    assert (opening.id, opening.data, opening.retry) == ("1", "", "1000")
    assert [event.told for event in told] == LISTS
    assert [event.id for event in told] == [None, "2"]


async def test_clients_from_before_2025_11_25_are_not_sent_an_event_without_data(replicas, client):
    await client.open(replicas.one.url, "2025-06-18")

    async with client.stream(replicas.one.url) as events:
        opening = await events.next()

    assert (opening.id, opening.data, opening.retry) == (None, None, "1000")


async def test_a_subscription_on_one_replica_reaches_the_stream_on_the_other(replicas, client):
    await client.open(replicas.one.url)
    stream_of = replicas.other.endpoint.reception.streams._open

    async with client.stream(replicas.other.url) as events:
        await events.next()
        await client.post(replicas.one.url, request("resources/subscribe", uri="skill://pdf-forms/SKILL.md"))
        await until(lambda: any(stream.session.subscriptions for stream in stream_of.values()))
        await replicas.publish("pdf-forms", body="New.\n")

        assert await events.told(3) == [*LISTS, "skill://pdf-forms/SKILL.md"]


async def test_a_client_that_comes_back_to_another_replica_is_told_what_it_missed(replicas, client):
    await client.open(replicas.one.url)
    for name in ("alpha", "pdf-forms"):
        await client.post(replicas.one.url, request("resources/subscribe", uri=f"skill://{name}/SKILL.md"))
    async with client.stream(replicas.one.url) as events:
        opening = await events.next()
    await replicas.publish("alpha")
    await replicas.publish("release-notes")

    async with client.stream(replicas.other.url, **{"Last-Event-ID": opening.id}) as events:
        again = await events.next()
        told = await events.told(3)

    assert again.id == "1"
    assert told == [*LISTS, "skill://alpha/SKILL.md"]


async def test_a_client_without_a_stream_is_told_what_changed_since_it_initialized(replicas, client):
    await client.open(replicas.one.url)
    await replicas.publish("release-notes")

    async with client.stream(replicas.other.url) as events:
        assert await events.told(2) == LISTS


async def test_what_was_delivered_is_not_told_again_to_a_client_that_names_no_event(replicas, client, shared):
    await client.open(replicas.one.url)
    key = SessionKey(TENANT, client.headers["Mcp-Session-Id"], None)
    async with client.stream(replicas.one.url) as events:
        await replicas.publish("release-notes")
        await events.told(2)
    await until(lambda: shared[0].store.find(key).generation == 2)

    async with client.stream(replicas.other.url) as events:
        opening = await events.next()
        await replicas.publish("third")
        first = await events.notification()

    assert (opening.id, first.told) == ("2", LISTS[0])


@pytest.mark.parametrize("last", ["999999", "0"])
async def test_a_generation_that_nobody_knows_any_more_means_that_everything_changed(replicas, client, last):
    await client.open(replicas.one.url)
    await client.post(replicas.one.url, request("resources/subscribe", uri="skill://pdf-forms/SKILL.md"))

    async with client.stream(replicas.one.url, **{"Last-Event-ID": last}) as events:
        assert await events.told(3) == [*LISTS, "skill://pdf-forms/SKILL.md"]


@pytest.mark.parametrize("last", ["call-1-2", "-1", "9" * 30, "\u0661"])
async def test_an_event_of_no_stream_here_is_refused(replicas, client, last):
    await client.open(replicas.one.url)

    answer = await client.http.get(
        replicas.one.url, headers=[*client.headers.items(), ("Last-Event-ID", last.encode())]
    )

    assert (answer.status_code, "not known here" in answer.text) == (400, True)


async def test_a_second_stream_takes_the_place_of_the_first(replicas, client):
    await client.open(replicas.one.url)

    async with client.stream(replicas.one.url) as first, client.stream(replicas.one.url) as second:
        await first.next()
        await second.next()
        farewell, end = await first.spoken(), await first.spoken()
        await replicas.publish("release-notes")

        assert (farewell.retry, end) == ("1000", None)
        assert await second.told(2) == LISTS


async def test_closing_the_session_elsewhere_ends_its_stream(replicas, client):
    await client.open(replicas.one.url)

    async with client.stream(replicas.other.url) as events:
        await events.next()
        await client.delete(replicas.one.url)

        assert (await events.spoken()).retry == "1000"
        assert await events.spoken() is None


async def test_a_stream_must_be_accepted(replicas, client):
    await client.open(replicas.one.url)

    answer = await client.http.get(replicas.one.url, headers={**client.headers, "Accept": "application/json"})

    assert answer.status_code == 406


@pytest.mark.parametrize(
    ("headers", "status"), [({"Host": "evil.example"}, 421), ({"Origin": "http://evil.example"}, 403)]
)
async def test_foreign_pages_get_no_stream_and_close_no_session(replicas, client, headers, status):
    await client.open(replicas.one.url)

    answers = [
        await client.http.request(method, replicas.one.url, headers={**client.headers, **headers})
        for method in ("GET", "DELETE")
    ]

    assert [answer.status_code for answer in answers] == [status, status]


async def test_a_quiet_stream_shows_signs_of_life_and_keeps_its_session_alive(registry, client):
    with in_process() as shared:
        async with serving(registry, shared=shared[0], heartbeat_seconds=FAST) as served:
            await client.open(served.url)
            key = SessionKey(TENANT, client.headers["Mcp-Session-Id"], None)
            seen = shared[0].store.find(key).last_seen_at
            async with client.stream(served.url) as events:
                await events.next()
                beats = [await events.next() for _ in range(3)]
                await until(lambda: shared[0].store.find(key).last_seen_at > seen)

    assert [beat.comment for beat in beats] == ["still here"] * 3


async def test_a_stream_that_opens_late_is_not_silent_for_longer_than_the_others(registry):
    with in_process() as shared:
        async with serving(registry) as served, asyncio.TaskGroup() as tasks:
            book = SessionBook(shared[0])
            streams, never = Streams(served.replica, book, 20 * FAST), asyncio.Event()
            beats, since = Counter(), {}

            async def send(number, message):
                beats[number] += message.get("body") == BEAT

            async def opened(number):
                session = await book.open(a_session())
                since[number] = beats[0]
                return tasks.create_task(streams.serve(session, None, never.wait, partial(send, number), sees=None))

            running = [tasks.create_task(streams.run()), await opened(0)]
            await until(lambda: beats[0] == 1)
            running += [await opened(number) for number in range(1, TURNS)]
            await until(lambda: beats[0] == since[TURNS - 1] + 3)
            # One that opened late has its first after the others', if theirs was just over.
            silent = [number for number in range(TURNS) if beats[number] < beats[0] - since[number] - 1]
            for task in running:
                task.cancel()

    assert silent == []


async def test_a_change_that_no_signal_told_of_is_seen_at_the_next_heartbeat(registry, client):
    registry.publish()
    with in_process() as shared:
        async with serving(registry, shared=shared[0], heartbeat_seconds=FAST) as served:
            await client.open(served.url)
            key = SessionKey(TENANT, client.headers["Mcp-Session-Id"], None)
            streams = served.endpoint.reception.streams._open
            async with client.stream(served.url) as events:
                await events.next()
                shared[0].store.update(key, lambda session: session.subscribed("skill://pdf-forms/SKILL.md"))
                await until(lambda: all(stream.session.subscriptions for stream in streams.values()))
                await served.publish("pdf-forms", body="New.\n")

                assert await events.told(3) == [*LISTS, "skill://pdf-forms/SKILL.md"]


class SlowReplica:
    """A replica that is asked what changed, and says so once it may `go`."""

    def __init__(self, replica):
        self._replica = replica
        self.asked, self.go = asyncio.Event(), asyncio.Event()

    @property
    def view(self):
        return self._replica.view

    async def changed_since(self, generation):
        self.asked.set()
        await self.go.wait()
        return await self._replica.changed_since(generation)


async def test_what_a_client_missed_is_told_before_it_gets_the_id_of_what_came_later(registry):
    registry.publish("pdf-forms")
    way = Blocked()
    way.let.set()
    with in_process() as shared:
        async with serving(registry) as served:
            slow, book = SlowReplica(served.replica), SessionBook(shared[0])
            streams = Streams(slow, book, 3600)
            served.replica.on_swap(streams.swapped)
            session = await book.open(a_session(subscriptions=frozenset({"skill://pdf-forms/SKILL.md"})))
            serving_it = asyncio.create_task(streams.serve(session, 0, asyncio.Event().wait, way.send, sees=None))
            await slow.asked.wait()
            await served.publish("release-notes")
            await asyncio.sleep(0)
            slow.go.set()
            await until(lambda: b"resources/updated" in way.bodies[-1])
            serving_it.cancel()

    first = next(body for body in way.bodies if b"id: 2" in body)
    assert b"skill://pdf-forms/SKILL.md" in first


async def test_a_client_that_went_away_leaves_nothing_behind(replicas, client):
    await client.open(replicas.one.url)
    streams = replicas.one.endpoint.reception.streams

    async with client.stream(replicas.one.url) as events:
        await events.next()
        assert len(streams) == 1

    await until(lambda: len(streams) == 0)


class Blocked:
    """The way to a client that does not read; `let` lets everything through that waits."""

    def __init__(self):
        self.let = asyncio.Event()
        self.bodies = []

    async def send(self, message):
        await self.let.wait()
        self.bodies.append(message.get("body", b""))


async def test_what_a_slow_client_has_not_taken_is_gathered():
    way = Blocked()
    stream = Stream(
        a_session(subscriptions=frozenset({"skill://a/SKILL.md", "skill://b/SKILL.md"})), 0, 0, way.send, None
    )

    for generation in range(1, 1_000):
        stream.tell(generation, {"a" if generation % 2 else "c"})
        await asyncio.sleep(0)
    way.let.set()
    await stream._sending

    assert len(way.bodies) == 2
    assert way.bodies[1].count(b"data:") == 3
    assert way.bodies[1].endswith(b"id: 999\n\n")
    assert stream.delivered == 999


@pytest.mark.parametrize("swaps", [1, 3, MOST_RECENT + 5])
async def test_a_swap_that_comes_before_the_news_of_a_subscription_is_told_all_the_same(swaps):
    way = Blocked()
    way.let.set()
    session = a_session()
    stream = Stream(session, 0, 0, way.send, None)

    for generation in range(1, swaps + 1):
        stream.tell(generation, {"a"})
    await stream._sending
    stream.renew(session.subscribed("skill://a/SKILL.md"), stream.count)
    await stream._sending
    stream.renew(session.subscribed("skill://a/SKILL.md").subscribed("skill://a/b"), stream.count)
    await stream._sending

    assert [body.count(b"resources/updated") for body in way.bodies] == [0, 1]


async def test_a_client_that_takes_nothing_is_let_go():
    way, never = Blocked(), asyncio.Event()
    stream = Stream(a_session(), 0, 0, way.send, None)
    lasting = asyncio.create_task(stream.last(never.wait))

    for _ in range(MISSED_BEATS + 2):
        stream.beat()
        await asyncio.sleep(0)

    async with asyncio.timeout(WAIT_SECONDS):
        await lasting
    assert way.bodies == []
