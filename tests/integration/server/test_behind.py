"""The part of the server that loads late: who asks early waits for it, and who needs it hears why it does not come."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Sequence

import httpx2
import pytest

from catalog_builders import TENANT
from mcpskills import access, process
from mcpskills.access import Role
from mcpskills.adapters.in_process_allowances import InProcessAllowances
from mcpskills.allowance import PLANS
from mcpskills.source_rates import SourceRates
from mcpskills_server.auth.authentication import Authentication
from mcpskills_server.auth.known import KnownCallers
from mcpskills_server.auth.limits.limiting import Limits
from mcpskills_server.auth.limits.plans import Plans
from mcpskills_server.behind import Behind, Rest
from mcpskills_server.front import Front, Job
from mcpskills_server.replica import Replica
from mcpskills_server.settings import ServerSettings
from mcpskills_server.telemetry.tally import Tally


class Gate:
    """A `Rest` that comes when it is let in, and greets everybody until it breaks."""

    def __init__(self) -> None:
        self.wanted = threading.Event()
        self.opened = threading.Event()
        self.broken = asyncio.Event()

    def load(self) -> Rest:
        self.wanted.set()
        self.opened.wait()
        return self

    async def __call__(self, _scope, _receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hello"})

    @contextlib.asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as tasks:
            breaking = tasks.create_task(self._break())
            yield
            breaking.cancel()

    async def _break(self) -> None:
        await self.broken.wait()
        raise RuntimeError("no streams")

    def known(self, _session: str, _caller: str) -> None:
        return None

    def close_streams(self) -> None:
        pass


@contextlib.asynccontextmanager
async def serving(
    load: Callable[[], Rest], replica: Replica, patience: float = 3600, jobs: Sequence[Job] = ()
) -> AsyncIterator[tuple[httpx2.AsyncClient, Behind]]:
    behind = Behind(load, replica, patience)
    listener = process.bind("127.0.0.1", 0)
    stop = asyncio.Event()
    limits = Limits(Plans(PLANS, "unlimited"), SourceRates(30), InProcessAllowances())
    who, anonymous = Authentication([], KnownCallers(grace_seconds=0)), access.anonymous(TENANT, Role.OWNER)
    front = Front(replica, behind, jobs, ServerSettings(), Tally(), who=who, anonymous=anonymous, limits=limits)
    answering = asyncio.create_task(process.serve(front, listener, stop, behind.close_streams))
    try:
        async with httpx2.AsyncClient(base_url=process.url(listener)) as http:
            yield http, behind
    finally:
        stop.set()
        await answering


@pytest.fixture
def replica(registry):
    registry.publish()
    return Replica(registry.source, 1)


@pytest.mark.anyio
async def test_a_server_says_that_it_is_alive_and_ready_before_the_rest_of_it_is_there(replica):
    gate = Gate()
    async with serving(gate.load, replica) as (http, _):
        await replica.first_view()
        alive, ready = await http.get("/health"), await http.get("/ready")
        waiting = asyncio.create_task(http.get("/info"))
        gate.opened.set()
        answered = await waiting

    assert alive.json() == {"status": "alive"}
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert answered.text == "hello"


@pytest.mark.anyio
async def test_the_rest_loads_by_itself_once_a_snapshot_is_served(replica):
    gate = Gate()
    gate.opened.set()

    async with serving(gate.load, replica):
        assert await asyncio.to_thread(gate.wanted.wait, 60)


@pytest.mark.anyio
async def test_whoever_asks_has_the_rest_loaded_before_there_is_a_snapshot(registry):
    gate = Gate()
    gate.opened.set()
    registry.catalog.close()
    async with serving(gate.load, Replica(registry.source, 1)) as (http, _):
        answered = await http.get("/info", timeout=60)

    assert answered.text == "hello"


@pytest.mark.anyio
async def test_the_rest_loads_after_a_while_without_a_snapshot(registry):
    gate = Gate()
    gate.opened.set()
    registry.catalog.close()
    async with serving(gate.load, Replica(registry.source, 1), patience=0.01):
        assert await asyncio.to_thread(gate.wanted.wait, 60)


@pytest.mark.anyio
async def test_a_server_without_a_snapshot_is_not_ready_while_the_rest_of_it_loads(registry):
    gate = Gate()
    registry.catalog.close()
    async with serving(gate.load, Replica(registry.source, 1)) as (http, _):
        ready = await http.get("/ready")
        gate.opened.set()

    assert (ready.status_code, ready.headers["retry-after"]) == (503, "1")
    assert ready.json()["type"] == "urn:mcpskills:problem:service-unavailable"


@pytest.mark.anyio
async def test_what_keeps_the_rest_from_loading_is_told_and_kept(replica):
    told = asyncio.Event()

    def load() -> Rest:
        raise RuntimeError("no forge")

    async with serving(load, replica) as (http, behind):
        behind.on_failure = told.set
        answered = await http.get("/info")
        await told.wait()

        with pytest.raises(RuntimeError, match="no forge"):
            _ = behind.rest

    assert answered.status_code == 500


class Unwilling(Gate):
    """A `Rest` that comes, and does not begin to answer."""

    def load(self) -> Rest:
        return self

    @contextlib.asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        raise RuntimeError("no streams")
        yield


@pytest.mark.anyio
async def test_what_keeps_the_rest_from_beginning_is_told_to_whoever_waits(replica):
    told = asyncio.Event()

    async with serving(Unwilling().load, replica) as (http, behind):
        behind.on_failure = told.set
        answered = await http.get("/info", timeout=30)
        await told.wait()

    assert answered.status_code == 500


@pytest.mark.anyio
async def test_what_ends_the_rest_later_is_told_and_kept_and_the_replica_stays_fresh(registry, replica):
    gate, told = Gate(), asyncio.Event()
    gate.opened.set()

    async with serving(gate.load, replica) as (http, behind):
        behind.on_failure = told.set
        before = await http.get("/info")
        gate.broken.set()
        await told.wait()
        swap = replica.next_swap
        registry.publish("apple-pie")
        await swap.wait()
        after = await http.get("/info")

        with pytest.raises(ExceptionGroup, match="unhandled errors"):
            _ = behind.rest

    assert (before.status_code, after.status_code) == (200, 500)


@pytest.mark.anyio
async def test_a_job_that_breaks_is_told_and_takes_no_other_with_it(registry, replica):
    gate, breaking, told = Gate(), asyncio.Event(), asyncio.Event()
    gate.opened.set()

    async def job() -> None:
        await breaking.wait()
        raise RuntimeError("no reports")

    async with serving(gate.load, replica, jobs=[job]) as (http, behind):
        behind.on_failure = told.set
        await http.get("/info")
        breaking.set()
        await told.wait()
        swap = replica.next_swap
        registry.publish("apple-pie")
        await swap.wait()

        with pytest.raises(RuntimeError, match="no reports"):
            _ = behind.rest
