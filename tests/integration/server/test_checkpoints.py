"""A replica starts from the publisher's checkpoint, and does without one that is not what it should be."""

import json
import zlib
from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest
from structlog.testing import capture_logs

from catalog_builders import GRACE, NOON, TENANT, a_standing, lease_of
from checkpoint_builders import with_an_unreadable_skill, with_blocks_cut_off
from fakes.counting_store import CountingStore
from mcpskills import checkpoint, package
from mcpskills.adapters.search.schema import FORMAT
from mcpskills.adapters.signing.file_key import FileKey
from mcpskills.checkpoint import PAYLOAD_TYPE, Checkpoint, Stated
from mcpskills.errors import CorruptedError, RevokedError
from mcpskills.snapshot import Snapshot, difference
from mcpskills.version import StandingKind
from mcpskills_server.catalog_source import CatalogSource
from mcpskills_server.library import Library
from mcpskills_server.replica import Replica
from registry import Registry

NAMES = ("apple-pie", "pdf-forms", "release-notes")


@pytest.fixture
def published(registry: Registry) -> Registry:
    """A registry with three skills, one of them at its second version."""
    for name in NAMES:
        registry.publish(name, files={"scripts/run.py": "print(1)\n"})
    registry.publish(body="Better.\n")
    return registry


def replica_of(registry: Registry) -> tuple[CatalogSource, CountingStore]:
    """A new replica's eyes, and what they read of the store."""
    store = CountingStore(registry.store)
    return CatalogSource(registry.catalog, store, registry.signals, TENANT, registry.verify), store


async def begin(source: CatalogSource) -> Snapshot:
    """What a replica serves at first."""
    return (await Replica(source, poll_seconds=60).refresh()).snapshot


@pytest.mark.anyio
async def test_a_replica_starts_from_a_checkpoint_without_reading_a_single_package(published: Registry):
    written = published.checkpoint()
    source, store = replica_of(published)

    started = await begin(source)

    assert store.asked == [written.digest]
    assert (started.names, started.generation, started.checkpoint) == (NAMES, 4, 4)
    assert await source.refresh(started) is started


@pytest.mark.anyio
async def test_a_start_from_a_checkpoint_serves_what_a_start_without_one_serves(registry: Registry):
    registry.publish(
        "apple-pie", body="Grüße\r\n\r\n---\nNo fence.\n", extra=f"metadata: {{tags: 'a, b', n: {'9' * 40}}}"
    )
    registry.publish("no-end", extra="license: MIT", body="")
    registry.publish("with-mark", text="\ufeff---\nname: with-mark\ndescription: It starts with a mark.\n---\nText.")
    registry.publish("withdrawn-one")
    registry.publish()
    registry.publish(body="Better.\n")
    registry.catalog.stand(TENANT, "withdrawn-one", 1, a_standing(), by=GRACE)
    registry.catalog.stand(TENANT, "pdf-forms", 1, a_standing(StandingKind.REVOKED), by=GRACE)
    without = await begin(replica_of(registry)[0])
    registry.checkpoint()

    started = await begin(replica_of(registry)[0])

    assert started.skills == without.skills
    assert (started.revoked, started.withdrawn, started.failed) == (without.revoked, without.withdrawn, without.failed)
    assert replace(started, built_at=NOON, checkpoint=None) == replace(without, built_at=NOON)


@pytest.mark.anyio
async def test_after_a_checkpoint_only_what_changed_is_fetched_and_the_rest_stays_the_same(published: Registry):
    written = published.checkpoint()
    newest = published.publish("apple-pie", body="Better.\n")
    source, store = replica_of(published)
    started = await begin(source)
    third = published.publish(body="Best.\n")

    followed = await source.refresh(started)

    assert store.asked == [written.digest, newest.digest, third.digest]
    assert started.skills["apple-pie"].version.number == 2
    assert followed.skills["pdf-forms"].version.number == 3
    assert all(followed.skills[name] is started.skills[name] for name in ("apple-pie", "release-notes"))
    assert (started.checkpoint, followed.checkpoint) == (4, 4)


@pytest.mark.anyio
async def test_what_was_taken_away_after_the_checkpoint_is_not_served(published: Registry):
    published.checkpoint()
    published.catalog.stand(TENANT, "pdf-forms", 2, a_standing(StandingKind.REVOKED), by=GRACE)
    published.catalog.tombstone(lease_of(published.catalog), "apple-pie", "f" * 40)
    published.hold("release-notes", None)
    source, _ = replica_of(published)

    started = await begin(source)

    assert {name: served.version.number for name, served in started.skills.items()} == {"pdf-forms": 1}
    with pytest.raises(RevokedError, match="drops rows"):
        await Library(source, 1_000_000).version(started, "pdf-forms", 2)


@pytest.mark.anyio
async def test_a_skill_that_the_publisher_could_not_read_is_looked_at_by_the_replica(published: Registry):
    pie = published.catalog.version(TENANT, "apple-pie", 1)
    archive = published.store.get(pie.digest)
    published.damage(pie)
    written = published.checkpoint()
    source, store = replica_of(published)

    damaged = await begin(source)
    published.store.put(pie.digest, archive)
    mended = await source.refresh(damaged)

    assert store.asked == [written.digest, pie.digest, pie.digest]
    assert (damaged.names, list(damaged.failed)) == (("pdf-forms", "release-notes"), ["apple-pie"])
    assert (mended.names, list(mended.failed)) == (NAMES, [])


@pytest.mark.anyio
@pytest.mark.parametrize("spoilt", [with_an_unreadable_skill, with_blocks_cut_off])
async def test_a_skill_of_a_checkpoint_that_cannot_be_read_is_read_by_itself_once_it_was_asked_for(
    published: Registry, spoilt: Callable[[bytes, str], bytes]
):
    written = published.checkpoint()
    replace_by(published, written, spoilt(published.store.get(written.digest), "apple-pie"))
    source, store = replica_of(published)
    started = await begin(source)
    with pytest.raises(CorruptedError, match="'apple-pie' of a checkpoint cannot be read"):
        _ = started.skills["apple-pie"]

    mended = await source.refresh(started)

    assert store.asked[1:] == [mended.skills["apple-pie"].version.digest]
    assert (mended.names, mended.generation) == (NAMES, started.generation)
    assert not difference(started, mended)
    assert await source.refresh(mended) is mended


@pytest.mark.anyio
async def test_a_skill_of_a_checkpoint_that_cannot_be_read_does_not_keep_its_next_version_away(published: Registry):
    written = published.checkpoint()
    replace_by(published, written, with_an_unreadable_skill(published.store.get(written.digest), "apple-pie"))
    replica = Replica(replica_of(published)[0], poll_seconds=60)
    await replica.refresh()
    published.publish("apple-pie", body="Better.\n")

    view = await replica.refresh()

    assert view.snapshot.skills["apple-pie"].version.number == 2


@pytest.mark.anyio
async def test_the_search_starts_from_the_checkpoint_and_knows_what_changed_since(published: Registry):
    published.checkpoint()
    published.publish("apple-pie", body="Knead the dough.\n")
    published.catalog.tombstone(lease_of(published.catalog), "release-notes", "f" * 40)

    view = await Replica(replica_of(published)[0], poll_seconds=60).refresh()

    assert view.index.names("dough", 5) == ["apple-pie"]
    assert sorted(view.index.names("complete", 5)) == ["apple-pie", "pdf-forms"]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("index", "reason"),
    [
        (["0, tantivy 0.0", {}], "its format is 0, tantivy 0.0"),
        ([FORMAT, {}], "cannot be read"),
        ([FORMAT, {"../meta.json": zlib.compress(b"{}")}], "no file '../meta.json'"),
    ],
)
async def test_a_search_that_is_of_no_use_is_built_anew(published: Registry, index: list[object], reason: str):
    rewrite(published, published.checkpoint(), lambda rows: [*rows[:3], index, *rows[4:]])

    with capture_logs() as logged:
        view = await Replica(replica_of(published)[0], poll_seconds=60).refresh()

    assert (view.snapshot.checkpoint, view.index.names("better", 5)) == (4, ["pdf-forms"])
    (warning,) = [line for line in logged if line["log_level"] == "warning"]
    assert reason in warning["reason"]


def signed_by_another(registry: Registry, stated: Stated) -> None:
    registry.checkpoint(FileKey.open(registry.root / "another.pem"))


def of_another_tenant(registry: Registry, stated: Stated) -> None:
    point_at(registry, replace(stated, tenant="another"))


def of_another_tenant_inside(registry: Registry, stated: Stated) -> None:
    rewrite(registry, stated, lambda rows: ["another", *rows[1:]])


def of_another_generation_inside(registry: Registry, stated: Stated) -> None:
    rewrite(registry, stated, lambda rows: [rows[0], 3, *rows[2:]])


def of_a_newer_format(registry: Registry, stated: Stated) -> None:
    newer = json.loads(checkpoint.statement(stated)) | {"_type": "https://openmcpskills.io/checkpoint/v9"}
    sign(registry, json.dumps(newer).encode())


def with_a_field_too_many(registry: Registry, stated: Stated) -> None:
    rewrite(registry, stated, lambda rows: [*rows, "more"])


def cut_off(registry: Registry, stated: Stated) -> None:
    file = registry.file_of(stated)
    file.write_bytes(file.read_bytes()[:-1])


def gone(registry: Registry, stated: Stated) -> None:
    registry.store.remove(stated.digest)


def no_checkpoint_at_all(registry: Registry, stated: Stated) -> None:
    keep(registry, registry.key.sign(checkpoint.statement(stated), "application/json"))


def no_envelope(registry: Registry, stated: Stated) -> None:
    keep(registry, "{}")


def of_a_later_generation(registry: Registry, stated: Stated) -> None:
    point_at(registry, replace(stated, generation=5))


def point_at(registry: Registry, stated: Stated) -> None:
    sign(registry, checkpoint.statement(stated))


def sign(registry: Registry, payload: bytes) -> None:
    keep(registry, registry.key.sign(payload, PAYLOAD_TYPE))


def keep(registry: Registry, envelope: str) -> None:
    registry.catalog.put_checkpoint(lease_of(registry.catalog), Checkpoint(4, envelope, NOON))


def rewrite(registry: Registry, stated: Stated, change: Callable[[list], list]) -> None:
    """Sign other content than a publisher would write."""
    replace_by(
        registry, stated, msgspec.msgpack.encode(change(msgspec.msgpack.decode(registry.store.get(stated.digest))))
    )


def replace_by(registry: Registry, stated: Stated, content: bytes) -> None:
    registry.store.put(package.digest(content), content)
    point_at(registry, replace(stated, digest=package.digest(content)))


BAD = {
    signed_by_another: "trusted are only",
    of_another_tenant: "`another` stands for 'default'",
    of_another_tenant_inside: "'another'",
    of_another_generation_inside: "('default', 3)",
    of_a_newer_format: "checkpoint/v9",
    with_a_field_too_many: "cannot be read",
    cut_off: "has the bytes of",
    gone: "No package is kept",
    no_checkpoint_at_all: "application/json",
    no_envelope: "`payload`",
    of_a_later_generation: "only at 4",
}


@pytest.mark.anyio
@pytest.mark.parametrize(("spoil", "reason"), BAD.items(), ids=[spoil.__name__ for spoil in BAD])
async def test_a_bad_checkpoint_is_passed_over_with_an_alarm_and_every_skill_is_read(
    published: Registry, spoil: Callable[[Registry, Stated], None], reason: str
):
    spoil(published, published.checkpoint())
    source, _ = replica_of(published)

    with capture_logs() as logged:
        started = await begin(source)

    assert (started.names, started.generation, started.checkpoint) == (NAMES, 4, None)
    alarms = [line for line in logged if line["log_level"] == "error"]
    assert [line["event"] for line in alarms] == ["checkpoint passed over, reading every skill"]
    assert reason in alarms[0]["reason"]
