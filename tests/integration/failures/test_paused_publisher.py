"""Two publishers, one of them paused past its lease: what it wanted to write is refused, and no pointer moves."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from builders import skill_folder
from catalog_builders import TENANT
from publisher_processes import Answer, Publishers, publishers
from publisher_scene import PATIENCE, Scene

SHORT = 2.0
"""Seconds of the lease of the publisher that is stopped."""


@pytest.fixture
def program(registry: Scene, aws_credentials) -> Iterator[Publishers]:
    with publishers(registry) as running:
        yield running


@pytest.fixture
def settings(registry: Scene) -> dict[str, object]:
    """Those of two publishers on machines of their own: one catalog and one key, a data directory each."""
    registry.reconcile()
    return {"kept": registry.data, "signing_key": str(registry.data / "keys" / "signing.pem")}


def soon(program: Publishers, data: Path, settings: dict[str, object]) -> Answer:
    """The reconcile of another publisher, as soon as the lease lets it."""
    deadline = time.monotonic() + PATIENCE
    while True:
        answer = program.run(data, **settings)
        if answer.error != "LeaseLostError":
            return answer
        assert time.monotonic() < deadline
        time.sleep(0.05)


def pass_by(seconds: float) -> None:
    """Let a lease run out that was taken before."""
    end = time.monotonic() + seconds
    while time.monotonic() <= end:
        time.sleep(0.05)


def state(registry: Scene) -> tuple[object, ...]:
    published = registry.catalog.published(TENANT)
    return published, registry.catalog.generation(TENANT), registry.catalog.audit_head(TENANT)


@pytest.mark.parametrize("after", ["sign", "flip"])
def test_a_publisher_that_paused_past_its_lease_writes_nothing_more(registry: Scene, program, settings, after: str):
    one, two = registry.root / "one", registry.root / "two"
    registry.work.publish(skill_folder("apple-pie"), skill_folder(body="One.\n"))
    steps = program.run(one, **settings).steps
    # What comes next: a new version, and a skill that is taken away, which the commit after that brings back.
    registry.work.put(skill_folder(body="Two.\n"))
    registry.work.delete("skills/apple-pie")
    registry.work.push()
    paused = program.stopped(steps.index(after) + 1, one, lease_seconds=SHORT, **settings)
    registry.work.publish(skill_folder("apple-pie"), skill_folder(body="Three.\n"))

    with publishers(registry) as elsewhere:
        overtaking = soon(elsewhere, two, settings)
    before = state(registry)
    woken = program.go_on()

    assert (paused.status, overtaking.status, overtaking.error) == (None, 0, None)
    assert woken.error == "LeaseLostError"
    assert state(registry) == before
    assert registry.skill("apple-pie").live == 1
    assert registry.files("pdf-forms")["SKILL.md"].endswith(b"Three.\n")

    assert program.run(one, **settings).error is None
    assert state(registry)[0] == before[0]


def test_a_publisher_that_paused_alone_takes_its_lease_again_and_goes_on(registry: Scene, program, settings):
    registry.work.publish(skill_folder())
    program.stopped(1, registry.root / "one", lease_seconds=SHORT, **settings)
    pass_by(SHORT)

    woken = program.go_on()

    assert (woken.error, woken.status, registry.live()) == (None, 0, {"pdf-forms": 1})
