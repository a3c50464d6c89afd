"""SIGKILL after each step, on one machine: whatever was under way, after a restart nothing tells that it ever happened."""

import shutil
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from builders import script, skill_folder
from catalog_builders import TENANT
from mcpskills.adapters.checkpointing import keeping
from mcpskills.adapters.directory import DirectoryPackageStore
from mcpskills.adapters.signing.file_key import FileKey
from mcpskills.adapters.signing.verifying import TrustedKeys
from mcpskills.adapters.sqlite.catalog import SqliteCatalog
from mcpskills.package import digest, unpack
from mcpskills.settings import SIGNING_KEY
from mcpskills_publisher import pipeline
from publisher_processes import Publishers, publishers
from publisher_scene import Scene, scene

PIPELINE = [step.__name__ for step in pipeline.STEPS]


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as made:
        yield made


@pytest.fixture
def program(registry: Scene) -> Iterator[Publishers]:
    with publishers(registry) as running:
        yield running


@pytest.mark.nightly
def test_killed_after_any_step_of_its_first_start_a_publisher_converges(registry: Scene, program: Publishers):
    rewritten = skill_folder(extra="allowed-tools: [Read]", files={"scripts/a.py": script("print(1)\n")})
    registry.work.publish(rewritten, skill_folder("broken-one", description="Bad."))
    before = registry.root / "nothing"
    before.mkdir()

    steps = program.run(shutil.copytree(before, registry.root / "undisturbed")).steps

    assert {*PIPELINE, "quarantine", "mark_commit", "checkpoint"} == set(steps)
    assert_converges(registry, program, before, steps)


@pytest.mark.nightly
def test_killed_after_any_step_of_a_later_push_a_publisher_converges(registry: Scene, program: Publishers):
    push_the_first_skills(registry)
    before = registry.root / "first"
    before.mkdir()
    program.run(before)
    registry.work.put(skill_folder("apple-pie", body="Two.\n"), skill_folder("new-skill"))
    registry.work.put(skill_folder("broken-one"), skill_folder("pdf-forms", description="Bad."))
    registry.work.move("skills/moved-skill", "skills/elsewhere/moved-skill")
    registry.work.delete("skills/gone-skill")
    registry.work.delete("skills/gone-bad")
    registry.work.push()

    steps = program.run(shutil.copytree(before, registry.root / "undisturbed")).steps

    assert {*PIPELINE, "quarantine", "keep_place", "tombstone", "release", "mark_commit"} == set(steps)
    assert_converges(registry, program, before, steps)


def push_the_first_skills(registry: Scene) -> None:
    registry.work.publish(
        skill_folder("apple-pie"),
        skill_folder("gone-skill"),
        skill_folder("gone-bad", description="Bad."),
        skill_folder("moved-skill"),
        skill_folder("broken-one", description="Bad."),
        skill_folder("pdf-forms", extra="allowed-tools: [Read]", files={"scripts/a.py": script("print(1)\n")}),
    )


def assert_converges(registry: Scene, program: Publishers, before: Path, steps: list[str]) -> None:
    undisturbed = state(registry.root / "undisturbed")
    for number in range(1, len(steps) + 1):
        data = shutil.copytree(before, registry.root / f"killed-{number}")
        killed = program.killed(number, data)
        assert (killed.steps, killed.status) == (steps[:number], -signal.SIGKILL)
        assert_nothing_is_half_visible(data)

        assert program.run(data).status == 0

        assert state(data) == undisturbed, f"killed after step {number}, {steps[number - 1]}"
        assert_nothing_is_half_visible(data)


def state(data: Path) -> dict[str, object]:
    """All that matters of a catalog and a package store: what an undisturbed run leaves, without its times and generations."""
    with closing(SqliteCatalog(data / "catalog.sqlite")) as catalog:
        published = catalog.published(TENANT)
        key = FileKey.open(data / SIGNING_KEY)
        checkpointed = keeping.newest(catalog, TENANT, TrustedKeys.read([key.public_pem]).verify)
        snapshot = keeping.start_of(checkpointed, DirectoryPackageStore(data / "packages")).snapshot
        return {
            "commit": published.commit,
            "frozen": published.frozen,
            "skills": {
                record.name: (record.path, record.tree, record.live, record.wanted, record.deleted, record.load_error)
                for record in published.skills.values()
            },
            "versions": {
                name: [(v.number, v.digest, v.label, v.manifest, v.rewritten) for v in catalog.versions(TENANT, name)]
                for name in published.skills
            },
            "quarantined": {path: (q.tree, q.rules, q.reason) for path, q in published.quarantined.items()},
            "packages": packages(data) - {checkpointed.digest.removeprefix("sha256:")},
            "checkpoint": {name: served.version.number for name, served in snapshot.skills.items()},
        }


def packages(data: Path) -> set[str]:
    """The digests of what the store keeps."""
    return {file.stem for file in (data / "packages").rglob("*") if file.is_file()}


def assert_nothing_is_half_visible(data: Path) -> None:
    """Whatever a reader can reach is whole."""
    store = DirectoryPackageStore(data / "packages")
    with closing(SqliteCatalog(data / "catalog.sqlite")) as catalog:
        for record in catalog.skills(TENANT):
            for version in catalog.versions(TENANT, record.name):
                files = unpack(store.get(version.digest))
                assert {path: digest(content) for path, content in files.items()} == {
                    file.path: file.digest for file in version.manifest.files
                }
            assert record.live in {version.number for version in catalog.versions(TENANT, record.name)}
