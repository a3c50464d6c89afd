"""SIGKILL after each step, with the embedded adapters and with S3, DynamoDB and Redis: it converges, no half version is seen."""

import asyncio
import signal
from itertools import count

import pytest

from builders import skill_folder
from catalog_builders import TENANT
from mcpskills.adapters.signing.file_key import FileKey
from mcpskills.adapters.signing.verifying import TrustedKeys
from mcpskills.audit import Head, fault
from mcpskills.settings import SIGNING_KEY
from mcpskills.snapshot import Snapshot
from mcpskills_publisher import pipeline
from mcpskills_server.catalog_source import CatalogSource
from publisher_processes import publishers
from publisher_scene import Scene

GONE = [f"gone-{number:02}" for number in range(20)]
STEPS = {*(step.__name__ for step in pipeline.STEPS), "quarantine", "keep_place", "tombstone", "release", "mark_commit"}


def push(registry: Scene, number: int) -> str:
    """One of everything: content that changed, a folder that moved, one that went, one that is bad and one that was."""
    work = registry.work
    work.put(skill_folder(body=f"Push {number}.\n"), skill_folder(f"bad-{number}", description="Bad."))
    work.delete(f"skills/bad-{number - 1}")
    work.delete(f"skills/{GONE[number - 1]}")
    work.move(f"skills/{number - 1}/moved-skill", f"skills/{number}/moved-skill")
    return work.push()


def look(registry: Scene, old: Snapshot | None = None) -> Snapshot:
    """What a replica makes of it, which verifies every byte and every signature."""
    verify = TrustedKeys.read((FileKey.open(registry.data / SIGNING_KEY).public_pem,)).verify
    source = CatalogSource(registry.catalog, registry.store, registry.signals, TENANT, verify)
    return asyncio.run(source.refresh(old))


def numbers(registry: Scene) -> list[int]:
    return [version.number for version in registry.catalog.versions(TENANT, "pdf-forms")]


def assert_is_git(registry: Scene, number: int, commit: str) -> None:
    published = registry.catalog.published(TENANT)
    entries = registry.catalog.audit_after(TENANT, 0, 1000)
    assert (published.commit, published.frozen, set(published.quarantined)) == (commit, None, {f"skills/bad-{number}"})
    assert set(registry.live()) == {"pdf-forms", "moved-skill", *GONE[number:]}
    assert registry.skill("moved-skill").path == f"skills/{number}/moved-skill"
    assert registry.files("pdf-forms")["SKILL.md"].endswith(f"Push {number}.\n".encode())
    assert numbers(registry) == list(range(number + 1, 0, -1))
    assert [entry.action for entry in entries if entry.skill == "pdf-forms"] == ["publish"] * (number + 1)
    assert fault(TENANT, Head(), entries) is None


@pytest.mark.usefixtures("aws_credentials")
def test_killed_after_each_step_in_turn_a_publisher_converges_and_nothing_half_made_is_seen(registry: Scene):
    registry.work.put(*(skill_folder(name) for name in GONE), skill_folder("moved-skill", path="skills/0/moved-skill"))
    registry.work.publish(skill_folder(body="Push 0.\n"))
    registry.reconcile()
    seen = look(registry)
    died_after = []

    with publishers(registry) as program:
        for number in count(1):
            commit = push(registry, number)
            killed = program.killed(number)
            seen = look(registry, seen)
            assert dict(seen.failed) == {}
            assert seen.skills["pdf-forms"].instructions.endswith(
                (f"Push {number - 1}.\n".encode(), f"Push {number}.\n".encode())
            )
            if killed.status == 0:
                break
            assert killed.status == -signal.SIGKILL
            died_after.append(killed.steps[-1])

            assert program.run().status == 0

            assert_is_git(registry, number, commit)

    assert set(died_after) == STEPS
