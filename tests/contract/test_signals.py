"""What `ports.Signals` promises."""

import asyncio

from mcpskills.events import Event, GenerationRaised, ReconcileWanted, SessionChanged
from mcpskills.ports import Signals

RAISED = GenerationRaised("default", 7)
WANTED = ReconcileWanted("default", "asked")
CHANGED = SessionChanged("default", "of-a-client")


def test_every_listener_hears_every_event_in_order(signals: Signals):
    async def story() -> list[list[Event]]:
        async with signals.listen() as one, signals.listen() as other, asyncio.timeout(30):
            for event in (RAISED, WANTED, CHANGED):
                signals.send(event)
            return [[await anext(events) for _ in range(3)] for events in (one, other)]

    assert asyncio.run(story()) == [[RAISED, WANTED, CHANGED]] * 2


def test_an_event_may_be_sent_from_any_thread(signals: Signals):
    async def story() -> Event:
        async with signals.listen() as events, asyncio.timeout(30):
            await asyncio.to_thread(signals.send, RAISED)
            return await anext(events)

    assert asyncio.run(story()) == RAISED


def test_a_listener_hears_nothing_from_before_it_listened(signals: Signals):
    async def story() -> Event:
        signals.send(RAISED)
        async with signals.listen() as events, asyncio.timeout(30):
            signals.send(WANTED)
            return await anext(events)

    assert asyncio.run(story()) == WANTED


def test_sending_without_listeners_is_fine(signals: Signals):
    signals.send(RAISED)


def test_sending_after_the_last_listener_left_is_fine(signals: Signals):
    async def story() -> None:
        async with signals.listen():
            pass
        signals.send(RAISED)

    asyncio.run(story())

    signals.send(RAISED)


def test_nobody_hears_what_another_tenant_does(signals: Signals):
    async def story() -> Event:
        async with signals.listen() as events, asyncio.timeout(30):
            for event in (
                GenerationRaised("acme", 7),
                ReconcileWanted("acme", "asked"),
                SessionChanged("acme", "theirs"),
            ):
                signals.send(event)
            signals.send(RAISED)
            return await anext(events)

    assert asyncio.run(story()) == RAISED
