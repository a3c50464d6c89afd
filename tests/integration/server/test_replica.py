"""A replica follows its catalog: hints and polling, damage and outage."""

import asyncio
import contextlib

import pytest
from structlog.testing import capture_logs

from builders import skill_folder
from catalog_builders import TENANT
from mcpskills import package
from mcpskills.audit import Actor
from mcpskills.errors import NotFoundError, UnavailableError
from mcpskills.events import EventsMissed, GenerationRaised
from mcpskills_server.library import Library
from mcpskills_server.replica import Replica

WAIT_SECONDS = 30


@pytest.mark.anyio
async def test_a_replica_is_not_ready_until_the_first_full_snapshot(registry):
    registry.publish()
    replica = Replica(registry.source, poll_seconds=60)

    assert not replica.ready
    with pytest.raises(UnavailableError, match="first snapshot"):
        _ = replica.view

    await replica.refresh()

    assert replica.ready
    assert replica.view.snapshot.names == ("pdf-forms",)


@pytest.mark.anyio
async def test_only_changed_skills_are_fetched_again(registry):
    registry.publish()
    registry.publish("release-notes")
    replica = Replica(registry.source, poll_seconds=60)
    before = (await replica.refresh()).snapshot

    registry.publish(body="Better.\n")
    after = (await replica.refresh()).snapshot

    assert after.skills["release-notes"] is before.skills["release-notes"]
    assert after.skills["pdf-forms"].version.number == 2
    assert (await replica.refresh()).snapshot is after


@contextlib.asynccontextmanager
async def followed(source, poll_seconds):
    """A replica that follows the source and has its first view, and an event that its next swap sets."""
    replica, swapped = Replica(source, poll_seconds), asyncio.Event()

    async def note(changed):
        swapped.set()

    replica.on_swap(note)
    following = asyncio.create_task(replica.run())
    await replica.first_view()
    yield replica, swapped
    following.cancel()
    await asyncio.wait([following])


@pytest.mark.anyio
@pytest.mark.parametrize("hint", [GenerationRaised(TENANT, 1), EventsMissed()], ids=["raised", "missed"])
async def test_a_hint_brings_the_swap_long_before_the_next_poll(registry, hint):
    async with followed(registry.source, poll_seconds=3600) as (replica, swapped):
        registry.publish()

        registry.signals.send(hint)
        await asyncio.wait_for(swapped.wait(), WAIT_SECONDS)

        assert "pdf-forms" in replica.view.snapshot.skills


@pytest.mark.anyio
async def test_a_lost_hint_costs_one_poll(registry):
    async with followed(registry.source, poll_seconds=0.05) as (replica, swapped):
        registry.publish()

        await asyncio.wait_for(swapped.wait(), WAIT_SECONDS)

        assert "pdf-forms" in replica.view.snapshot.skills


class BreakingHints:
    """A source whose hints break off whenever somebody listens to them; `heard` has an entry for each time."""

    def __init__(self, source):
        self.start, self.refresh = source.start, source.refresh
        self.heard = asyncio.Queue()

    @contextlib.asynccontextmanager
    async def hints(self):
        yield self._hints()

    async def _hints(self):
        self.heard.put_nowait("started")
        raise OSError("gone")
        yield


@pytest.mark.anyio
async def test_hints_that_break_off_are_heard_again_and_cost_one_line_each(registry):
    source = BreakingHints(registry.source)

    with capture_logs() as logged:
        async with followed(source, poll_seconds=0.05):
            for _ in range(3):
                await asyncio.wait_for(source.heard.get(), WAIT_SECONDS)

    lines = [line for line in logged if "hints" in line["event"]]
    assert lines[0] == {
        "event": "hints failed, trying again",
        "log_level": "warning",
        "error": "OSError('gone')",
        "seconds": 0.05,
    }


@pytest.mark.anyio
async def test_a_damaged_package_is_refused_and_the_version_before_stays(registry):
    registry.publish()
    replica = Replica(registry.source, poll_seconds=60)
    await replica.refresh()
    second = registry.publish(body="Better.\n")
    registry.damage(second)

    refused = (await replica.refresh()).snapshot
    registry.store.put(second.digest, package.build(skill_folder("pdf-forms", body="Better.\n")).archive)
    mended = (await replica.refresh()).snapshot

    assert refused.skills["pdf-forms"].version.number == 1
    assert second.digest in refused.failed["pdf-forms"]
    assert mended.skills["pdf-forms"].version.number == 2
    assert not mended.failed


@pytest.mark.anyio
async def test_a_replica_whose_catalog_fails_serves_on_and_says_so(registry):
    registry.publish()
    replica = Replica(registry.source, poll_seconds=60)
    view = await replica.refresh()
    registry.catalog.close()

    with pytest.raises(UnavailableError):
        await replica.refresh()

    assert replica.view is view
    assert "catalog" in replica.freshness.error


@pytest.mark.anyio
async def test_files_of_any_version_are_read_while_the_skill_is_served(registry):
    first = registry.publish(files={"scripts/fill.py": "print(1)\n"})
    registry.publish(files={"scripts/fill.py": "print(2)\n"})
    source = registry.source
    library = Library(source, 1_000_000)
    snapshot = await source.refresh(None)

    live = await library.version(snapshot, "pdf-forms")
    pinned = await library.version(snapshot, "pdf-forms", 1)

    assert await library.read(snapshot, live, "scripts/fill.py") == b"print(2)\n"
    assert await library.read(snapshot, pinned, "scripts/fill.py") == b"print(1)\n"
    assert pinned == first
    with pytest.raises(NotFoundError, match="no file"):
        await library.read(snapshot, pinned, "../../etc/passwd")


@pytest.mark.anyio
async def test_an_offline_skill_is_gone_with_all_its_versions_and_comes_back_with_them(registry):
    registry.publish()
    replica = Replica(registry.source, poll_seconds=60)
    library = Library(registry.source, 1_000_000)

    registry.hold("pdf-forms", None)
    gone = (await replica.refresh()).snapshot
    with pytest.raises(NotFoundError):
        await library.version(gone, "pdf-forms", 1)
    registry.catalog.lift(TENANT, "pdf-forms", Actor("ada"))
    back = (await replica.refresh()).snapshot

    assert gone.names == ()
    assert (await library.version(back, "pdf-forms", 1)).number == 1
