"""A checkpoint's bytes hold everything that is served."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from builders import skill_md
from catalog_builders import NOON, TENANT, a_version
from checkpoint_builders import with_an_unreadable_outline, with_blocks_cut_off
from mcpskills import package, snapshot
from mcpskills.adapters.checkpointing import wire
from mcpskills.adapters.checkpointing.wire import Index
from mcpskills.errors import CorruptedError
from mcpskills.following import served_skill
from mcpskills.snapshot import Skills, Snapshot
from mcpskills.version import Evaluation


@pytest.fixture
def served() -> Snapshot:
    """More skills than a block has, and one of everything else."""
    rich = replace(
        a_version(3, name="rich-one"),
        evaluation=Evaluation(1, 2, 3, ("Not found.",)),
        sbom=package.digest(b"sbom"),
        rewritten=True,
    )
    versions = [rich, *(a_version(name=f"skill-{number:03}") for number in range(300))]
    return snapshot.build(
        TENANT,
        7,
        NOON,
        Skills(served_skill(version, skill_md(version.skill).encode()) for version in versions),
        failed={"broken-one": "It is damaged."},
        revoked={"rich-one": {1: "It drops rows."}},
        withdrawn=["withdrawn-one"],
        checkpoint=7,
    )


def test_a_snapshot_is_read_back_as_it_was_written(served: Snapshot):
    index = Index("1", {"meta.json": b"{}", "a.idx": b"x" * 1000})

    assert wire.decode(wire.encode(served, index), TENANT, 7, NOON) == (served, index)
    assert wire.decode(wire.encode(served), TENANT, 7, NOON) == (served, None)


def test_the_same_snapshot_gives_the_same_bytes(served: Snapshot):
    assert wire.encode(served) == wire.encode(replace(served, built_at=NOON.replace(year=2030)))


@pytest.mark.parametrize("end", [0, 1, 100, -1])
def test_a_part_of_a_checkpoint_is_refused(served: Snapshot, end: int):
    with pytest.raises(CorruptedError, match="cannot be read"):
        wire.decode(wire.encode(served)[:end], TENANT, 7, NOON)


def test_bytes_that_follow_a_checkpoint_are_refused(served: Snapshot):
    with pytest.raises(CorruptedError, match="cannot be read"):
        wire.decode(wire.encode(served) + b"\0", TENANT, 7, NOON)


def test_an_outline_is_the_same_whether_a_skill_is_packed_or_whole(served: Snapshot):
    packed, _ = wire.decode(wire.encode(served), TENANT, 7, NOON)

    assert [packed.skills.outline(name) for name in packed.names] == [
        served.skills.outline(name) for name in served.names
    ]


def test_an_outline_that_cannot_be_read_is_none_and_its_skill_is_named(served: Snapshot):
    content = with_an_unreadable_outline(wire.encode(served), "rich-one")

    packed, _ = wire.decode(content, TENANT, 7, NOON)

    assert packed.skills.outline("rich-one") is None
    assert packed.skills.unreadable == {"rich-one"}


def test_skills_that_were_prepared_are_the_same(served: Snapshot):
    packed, _ = wire.decode(wire.encode(served), TENANT, 7, NOON)

    packed.skills.prepare()

    assert packed == served
    assert packed.skills.unreadable == frozenset()


def test_threads_that_ask_at_once_get_the_same(served: Snapshot):
    packed, _ = wire.decode(wire.encode(served), TENANT, 7, NOON)

    with ThreadPoolExecutor(8) as threads:
        preparing = threads.submit(packed.skills.prepare)
        outlines = list(threads.map(packed.skills.outline, packed.names))

    assert outlines == [served.skills.outline(name) for name in served.names]
    assert preparing.exception() is None
    assert packed.skills.unreadable == frozenset()


def test_preparing_finds_what_cannot_be_unpacked(served: Snapshot):
    packed, _ = wire.decode(with_blocks_cut_off(wire.encode(served), ""), TENANT, 7, NOON)

    packed.skills.prepare()

    assert packed.skills.unreadable == set(served.names)
