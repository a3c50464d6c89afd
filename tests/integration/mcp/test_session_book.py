"""What a replica remembers of sessions, and when it asks the store again."""

import asyncio
import contextlib

import pytest

from catalog_builders import TENANT
from integration.mcp.conftest import WAIT_SECONDS
from mcpskills.adapters.in_process import InProcessSignals
from mcpskills.adapters.in_process_sessions import InProcessSessions
from mcpskills.errors import NotFoundError, UnavailableError
from mcpskills_server.mcp.sessions import Shared, book
from mcpskills_server.mcp.sessions.book import SessionBook
from session_builders import a_session

pytestmark = pytest.mark.anyio


class Store:
    """Sessions in memory that note what they are asked; `lost` for so many seconds each time, they answer nothing."""

    def __init__(self, clock):
        self._kept = InProcessSessions()
        self._clock = clock
        self.asked = []
        self.lost = 0.0
        self.meanwhile = lambda: None

    def __getattr__(self, name):
        def ask(*args):
            self.asked.append(name)
            if self.lost:
                self._clock.now += self.lost
                self.meanwhile()
                raise UnavailableError("nobody there")
            return getattr(self._kept, name)(*args)

        return ask


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


class Scene:
    def __init__(self):
        self.clock = Clock()
        self.store, self.signals = Store(self.clock), InProcessSignals(TENANT)
        shared = Shared(self.store, self.signals, TENANT)
        self.one, self.other = SessionBook(shared, clock=self.clock), SessionBook(shared, clock=self.clock)


@pytest.fixture
def scene():
    return Scene()


async def test_a_session_that_was_read_is_not_asked_for_again_for_a_while(scene):
    key = (await scene.one.open(a_session())).key

    for _ in range(3):
        await scene.other.find(key)
    known = scene.other.known(key.id, key.principal)
    scene.clock.now += book.TRUST_SECONDS
    later = scene.other.known(key.id, key.principal)
    await scene.other.find(key)
    scene.clock.now += book.TOUCH_SECONDS
    await scene.other.find(key)

    assert (known, later) == ("2025-11-25", None)
    assert scene.store.asked == ["open", "touch", "find", "touch"]


async def test_what_others_changed_is_read_again_however_short_ago_it_was_read(scene):
    async with hearing(scene.other):
        key = (await scene.one.open(a_session())).key
        await scene.other.find(key)

        await scene.one.change(key, lambda session: session.subscribed("skill://a/SKILL.md"))
        async with asyncio.timeout(WAIT_SECONDS):
            while not (await scene.other.find(key)).subscriptions:
                await asyncio.sleep(0)
        await scene.one.end(key)

        with pytest.raises(NotFoundError):
            await asyncio.wait_for(until_unknown(scene.other, key), WAIT_SECONDS)


async def test_a_session_closed_here_is_forgotten_here(scene):
    key = (await scene.one.open(a_session())).key

    await scene.one.end(key)

    assert scene.one.known(key.id, key.principal) is None
    with pytest.raises(NotFoundError):
        await scene.one.find(key)


async def test_a_store_that_keeps_everybody_waiting_is_left_alone_for_a_while(scene):
    key = (await scene.one.open(a_session())).key
    scene.store.lost = book.SLOW_SECONDS
    scene.clock.now += book.TRUST_SECONDS

    known = await scene.one.find(key)
    for _ in range(5):
        with pytest.raises(UnavailableError):
            await scene.one.find(a_session().key)
    asked = list(scene.store.asked)
    scene.store.lost = 0
    scene.clock.now += book.PAUSE_SECONDS
    with pytest.raises(NotFoundError):
        await scene.one.find(a_session().key)

    assert known.key == key
    assert asked == ["open", "find"]


async def test_a_session_that_ends_while_a_store_is_asked_in_vain_is_not_taken_up_again(scene):
    key = (await scene.one.open(a_session())).key
    scene.clock.now += book.TRUST_SECONDS
    scene.store.lost, scene.store.meanwhile = 1, lambda: scene.one._forget(key.id)

    with pytest.raises(UnavailableError):
        await scene.one.find(key)

    assert scene.one.known(key.id, key.principal) is None


async def test_only_so_many_sessions_are_remembered(scene):
    keys = [(await scene.one.open(a_session())).key for _ in range(3)]
    small = SessionBook(Shared(scene.store, scene.signals, TENANT), clock=scene.clock, most=2)

    for key in keys:
        await small.find(key)

    assert [small.known(key.id, key.principal) is not None for key in keys] == [False, True, True]


async def until_unknown(replica, key):
    while await replica.find(key):
        await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def hearing(listener):
    task = asyncio.create_task(listener.hear())
    await asyncio.sleep(0)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
