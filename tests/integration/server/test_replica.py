"""A replica follows its catalog: hints and polling, damage and outage."""

import asyncio
from datetime import UTC, datetime

import pytest

from builders import skill_folder
from mcpskills import frontmatter, package, skill
from mcpskills.adapters.directory import DirectoryPackageStore
from mcpskills.adapters.in_process import InProcessSignals
from mcpskills.adapters.sqlite.catalog import SqliteCatalog
from mcpskills.errors import NotFoundError, UnavailableError
from mcpskills.events import GenerationRaised
from mcpskills.folder import SKILL_FILE
from mcpskills.ports import Publication
from mcpskills.version import Hold, HoldKind, HoldUntil, Origin, Version
from mcpskills_server.catalog_source import CatalogSource
from mcpskills_server.library import Library
from mcpskills_server.replica import Replica

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TENANT = "default"


class Registry:
    """The embedded adapters with a publisher's hand on them."""

    def __init__(self, root):
        self.root = root
        self.catalog = SqliteCatalog(root / "catalog.sqlite")
        self.store = DirectoryPackageStore(root / "packages")
        self.signals = InProcessSignals()

    def publish(self, number=1, **described):
        folder = skill_folder(**described)
        built = package.build(folder)
        parsed = skill.from_frontmatter(frontmatter.parse(folder.entries[SKILL_FILE].content.decode()))
        origin = Origin("c", folder.path, built.digest, "ada", NOW)
        version = Version(
            parsed.name, number, built.digest, None, built.manifest, parsed.frontmatter, origin, False, NOW
        )
        self.store.put(built.digest, built.archive)
        lease = self.catalog.acquire_lease(TENANT, "test", 60)
        self.catalog.publish(lease, Publication(version, self.catalog.published(TENANT).skills.get(parsed.name)))
        return version

    def damage(self, version):
        digits = version.digest.removeprefix("sha256:")
        (self.root / "packages" / digits[:2] / f"{digits}.zip").write_bytes(b"damaged")

    @property
    def source(self):
        return CatalogSource(self.catalog, self.store, self.signals, TENANT)


@pytest.fixture
def registry(tmp_path):
    made = Registry(tmp_path)
    yield made
    made.catalog.close()


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.mark.anyio
async def test_a_replica_is_not_ready_until_the_first_full_snapshot(registry):
    registry.publish(name="pdf-forms")
    replica = Replica(registry.source, poll_seconds=60)

    assert not replica.ready
    with pytest.raises(UnavailableError, match="first snapshot"):
        _ = replica.view

    await replica.refresh()

    assert replica.ready
    assert replica.view.snapshot.names == ("pdf-forms",)


@pytest.mark.anyio
async def test_only_changed_skills_are_fetched_again(registry):
    registry.publish(name="pdf-forms")
    registry.publish(name="release-notes")
    replica = Replica(registry.source, poll_seconds=60)
    before = (await replica.refresh()).snapshot

    registry.publish(2, name="pdf-forms", body="Better.\n")
    after = (await replica.refresh()).snapshot

    assert after.skills["release-notes"] is before.skills["release-notes"]
    assert after.skills["pdf-forms"].version.number == 2
    assert (await replica.refresh()).snapshot is after


@pytest.mark.anyio
async def test_a_hint_brings_the_swap_long_before_the_next_poll(registry):
    replica = Replica(registry.source, poll_seconds=3600)
    swapped = asyncio.Event()

    async def note(changed):
        swapped.set()

    replica.on_swap(note)
    following = asyncio.create_task(replica.run())
    await replica.first_view()
    registry.publish(name="pdf-forms")

    registry.signals.send(GenerationRaised(TENANT, 1))
    await asyncio.wait_for(swapped.wait(), 30)
    following.cancel()

    assert "pdf-forms" in replica.view.snapshot.skills


@pytest.mark.anyio
async def test_a_lost_hint_costs_one_poll(registry):
    replica = Replica(registry.source, poll_seconds=0.05)
    swapped = asyncio.Event()

    async def note(changed):
        swapped.set()

    replica.on_swap(note)
    following = asyncio.create_task(replica.run())
    await replica.first_view()
    registry.publish(name="pdf-forms")

    await asyncio.wait_for(swapped.wait(), 30)
    following.cancel()

    assert "pdf-forms" in replica.view.snapshot.skills


@pytest.mark.anyio
async def test_a_damaged_package_is_refused_and_the_version_before_stays(registry):
    registry.publish(name="pdf-forms")
    replica = Replica(registry.source, poll_seconds=60)
    await replica.refresh()
    second = registry.publish(2, name="pdf-forms", body="Better.\n")
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
    registry.publish(name="pdf-forms")
    replica = Replica(registry.source, poll_seconds=60)
    view = await replica.refresh()
    registry.catalog.close()

    with pytest.raises(UnavailableError):
        await replica.refresh()

    assert replica.view is view
    assert "catalog" in replica.freshness.error


@pytest.mark.anyio
async def test_files_of_any_version_are_read_while_the_skill_is_served(registry):
    first = registry.publish(name="pdf-forms", files={"scripts/fill.py": "print(1)\n"})
    registry.publish(2, name="pdf-forms", files={"scripts/fill.py": "print(2)\n"})
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
    registry.publish(name="pdf-forms")
    replica = Replica(registry.source, poll_seconds=60)
    library = Library(registry.source, 1_000_000)
    offline = Hold(HoldKind.OFFLINE, None, 1, "leaks", "ada", HoldUntil.LIFTED, NOW, None)

    registry.catalog.hold(TENANT, "pdf-forms", offline)
    gone = (await replica.refresh()).snapshot
    with pytest.raises(NotFoundError):
        await library.version(gone, "pdf-forms", 1)
    registry.catalog.lift(TENANT, "pdf-forms", "ada")
    back = (await replica.refresh()).snapshot

    assert gone.names == ()
    assert (await library.version(back, "pdf-forms", 1)).number == 1
