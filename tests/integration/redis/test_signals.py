"""Stories of signals over Redis: sending waits for nothing, and whoever listens hears again after any outage."""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator
from contextlib import closing

import pytest
import redis

from mcpskills.adapters.redis.outbox import LIMIT
from mcpskills.adapters.redis.signals import RedisSignals
from mcpskills.errors import InvalidInputError
from mcpskills.events import Event, EventsMissed, GenerationRaised, ReconcileWanted
from stand_ins.processes import free_port
from stand_ins.proxy import wire
from stand_ins.valkey import Valkey, valkey_server

TENANT = "default"
PATIENCE = 60
QUICK = 0.2
"""Seconds after which a silent server counts as lost in these stories."""


def signals_at(port: int, prefix: str = "mcpskills") -> closing[RedisSignals]:
    return closing(RedisSignals(f"redis://127.0.0.1:{port}/0", TENANT, prefix=prefix, patience=QUICK))


@pytest.fixture
def prefix() -> str:
    """Keeps a story to itself on the shared server."""
    return uuid.uuid4().hex


async def until(events: AsyncIterator[Event], wanted: Event) -> None:
    while await anext(events) != wanted:
        pass


async def heard_again(speaker: RedisSignals, events: AsyncIterator[Event], wanted: Event) -> None:
    """An event that is sent until it arrives: those before the speaker has found the server again are lost."""
    hearing = asyncio.create_task(until(events, wanted))
    while not hearing.done():
        speaker.send(wanted)
        await asyncio.wait([hearing], timeout=QUICK)
    await hearing


def test_what_one_process_sends_is_heard_in_another(valkey: Valkey, prefix: str):
    async def story() -> Event:
        with signals_at(valkey.port, prefix) as one, signals_at(valkey.port, prefix) as other:
            async with one.listen() as events, asyncio.timeout(PATIENCE):
                other.send(GenerationRaised(TENANT, 7))
                return await anext(events)

    assert asyncio.run(story()) == GenerationRaised(TENANT, 7)


def test_events_of_another_tenant_are_not_heard(valkey: Valkey, prefix: str):
    async def story() -> Event:
        with signals_at(valkey.port, prefix) as signals:
            async with signals.listen() as events, asyncio.timeout(PATIENCE):
                signals.send(GenerationRaised("other", 1))
                signals.send(GenerationRaised(TENANT, 2))
                return await anext(events)

    assert asyncio.run(story()) == GenerationRaised(TENANT, 2)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\xff\xfe",
        b"not json",
        b"[]",
        b"[" * 4000,
        b'{"event": "GenerationRaised"}',
        b'{"event": "GenerationRaised", "tenant": "default", "generation": "7"}',
        b'{"event": "GenerationRaised", "tenant": "default", "generation": -1}',
        b'{"event": "GenerationRaised", "tenant": "other", "generation": 7}',
        b'{"event": "FormatDisk", "tenant": "default"}',
        b'{"event": "ReconcileWanted", "tenant": "default", "reason": "' + b"x" * 5000 + b'"}',
    ],
    ids=range(11),
)
def test_what_is_no_event_is_ignored(message, valkey: Valkey, prefix: str):
    async def story() -> Event:
        with signals_at(valkey.port, prefix) as signals, redis.Redis(port=valkey.port, protocol=2) as stranger:
            async with signals.listen() as events, asyncio.timeout(PATIENCE):
                stranger.publish(f"{prefix}:{{default}}:signals", message)
                signals.send(ReconcileWanted(TENANT, "asked"))
                return await anext(events)

    assert asyncio.run(story()) == ReconcileWanted(TENANT, "asked")


def test_a_listener_that_hears_nothing_for_long_stays_connected(valkey: Valkey, prefix: str):
    async def story() -> list[Event]:
        with signals_at(valkey.port, prefix) as signals:
            async with signals.listen() as events, asyncio.timeout(PATIENCE):
                first = asyncio.create_task(anext(events))
                await asyncio.wait([first], timeout=QUICK * 5)
                signals.send(GenerationRaised(TENANT, 1))
                return [await first]

    assert asyncio.run(story()) == [GenerationRaised(TENANT, 1)]


def test_a_server_that_was_restarted_empty_is_heard_again():
    port = free_port()

    async def story() -> None:
        with signals_at(port) as signals:
            with valkey_server(port):
                listening = await held.enter_async_context(signals.listen())
                signals.send(GenerationRaised(TENANT, 1))
                await until(listening, GenerationRaised(TENANT, 1))
            signals.send(GenerationRaised(TENANT, 2))
            with valkey_server(port):
                await until(listening, EventsMissed())
                await heard_again(signals, listening, GenerationRaised(TENANT, 3))
                await held.aclose()

    async def bounded() -> None:
        async with asyncio.timeout(PATIENCE):
            await story()

    held = contextlib.AsyncExitStack()
    asyncio.run(bounded())


def test_listening_may_begin_before_there_is_a_server():
    port = free_port()

    async def story() -> None:
        with signals_at(port) as signals:
            async with signals.listen() as events, asyncio.timeout(PATIENCE):
                with valkey_server(port):
                    await until(events, EventsMissed())
                    await heard_again(signals, events, GenerationRaised(TENANT, 1))

    asyncio.run(story())


def test_after_a_partition_the_listener_is_told_that_it_missed_something(valkey: Valkey, prefix: str):
    async def story() -> None:
        with wire(valkey.port) as cable, signals_at(cable.port, prefix) as signals:
            async with signals.listen() as events, asyncio.timeout(PATIENCE):
                cable.cut()
                missed = asyncio.create_task(until(events, EventsMissed()))
                while signals.lost == 0:
                    signals.send(GenerationRaised(TENANT, 1))
                    await asyncio.wait([missed], timeout=QUICK)
                cable.mend()
                await missed
                await heard_again(signals, events, GenerationRaised(TENANT, 2))

    asyncio.run(story())


def test_while_the_server_is_silent_sending_keeps_the_newest_and_counts_the_others(valkey: Valkey, prefix: str):
    newest = GenerationRaised(TENANT, 2 * LIMIT)

    async def story() -> int:
        with (
            wire(valkey.port) as cable,
            signals_at(cable.port, prefix) as speaker,
            signals_at(valkey.port, prefix) as listener,
        ):
            async with listener.listen() as events, asyncio.timeout(PATIENCE):
                cable.cut()
                for number in range(1, 2 * LIMIT + 1):
                    speaker.send(GenerationRaised(TENANT, number))
                lost = speaker.lost
                cable.mend()
                await until(events, newest)
                return lost

    assert asyncio.run(story()) >= LIMIT - 1


def test_closing_does_not_wait_for_a_server_that_is_gone():
    with signals_at(free_port()) as signals:
        for number in range(LIMIT):
            signals.send(GenerationRaised(TENANT, number))


def test_an_address_that_is_none_is_refused_with_what_was_expected():
    with pytest.raises(InvalidInputError, match="redis://host:6379/0"):
        RedisSignals("http://127.0.0.1", TENANT)
