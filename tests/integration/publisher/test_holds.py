"""Stories of admins who decide otherwise than Git for a while."""

from datetime import timedelta

import pytest

from builders import skill_folder
from catalog_builders import GRACE, NOON, TENANT, a_hold
from mcpskills.errors import LeaseLostError
from mcpskills.version import HoldKind, HoldUntil
from publisher_scene import Scene


def published_twice(registry: Scene) -> None:
    for body in ("One.\n", "Two.\n"):
        registry.work.publish(skill_folder(body=body))
        registry.reconcile()


def test_new_content_under_a_hold_becomes_a_version_and_the_pointer_stays(registry: Scene):
    published_twice(registry)
    registry.catalog.hold(TENANT, "pdf-forms", a_hold(1), GRACE)
    registry.work.publish(skill_folder(body="Three.\n"))

    registry.reconcile()

    record = registry.skill("pdf-forms")
    assert (record.live, record.wanted) == (1, 3)

    registry.catalog.lift(TENANT, "pdf-forms", GRACE)

    assert registry.live() == {"pdf-forms": 3}


def test_a_revert_under_a_hold_makes_git_and_pointer_agree(registry: Scene):
    published_twice(registry)
    registry.catalog.hold(TENANT, "pdf-forms", a_hold(1), GRACE)
    registry.work.publish(skill_folder(body="One.\n"))

    registry.reconcile()

    record = registry.skill("pdf-forms")
    assert (record.live, record.wanted, record.hold) == (1, 1, a_hold(1))


def test_a_hold_until_superseded_ends_with_the_next_content(registry: Scene):
    published_twice(registry)
    registry.catalog.hold(TENANT, "pdf-forms", a_hold(1, until=HoldUntil.SUPERSEDED, instead_of=2), GRACE)
    registry.reconcile()
    assert registry.live() == {"pdf-forms": 1}
    registry.work.publish(skill_folder(body="Three.\n"))

    registry.reconcile()

    assert registry.live() == {"pdf-forms": 3}


def test_a_skill_that_is_offline_stays_offline(registry: Scene):
    published_twice(registry)
    registry.catalog.hold(TENANT, "pdf-forms", a_hold(None, kind=HoldKind.OFFLINE), GRACE)
    registry.work.publish(skill_folder(body="Three.\n"))

    registry.reconcile()

    assert registry.live() == {"pdf-forms": None}


def test_a_hold_that_has_run_out_is_lifted_by_the_publisher(registry: Scene):
    published_twice(registry)
    registry.catalog.hold(TENANT, "pdf-forms", a_hold(1, expires_at=NOON + timedelta(hours=1)), GRACE)
    registry.reconcile()
    assert registry.live() == {"pdf-forms": 1}
    registry.clock.pass_by(3601)

    registry.reconcile()

    assert (registry.live(), registry.skill("pdf-forms").hold) == ({"pdf-forms": 2}, None)
    assert (registry.catalog.audit(TENANT, 1)[0].actor, registry.catalog.audit(TENANT, 1)[0].action) == (
        "publisher",
        "lift",
    )


def test_a_rollback_during_a_reconcile_is_respected_and_the_skill_is_looked_at_again(registry: Scene):
    published_twice(registry)
    commit = registry.work.publish(skill_folder(body="Three.\n"))

    def roll_back(step: str, _: str) -> None:
        if step == "verify":
            registry.catalog.hold(TENANT, "pdf-forms", a_hold(1), GRACE)

    summary = registry.reconcile(observe=roll_back)

    assert (summary.done.again, registry.live()) == (("pdf-forms",), {"pdf-forms": 1})
    assert registry.catalog.published(TENANT).commit != commit

    registry.reconcile()

    record = registry.skill("pdf-forms")
    assert (record.live, record.wanted) == (1, 3)
    assert registry.catalog.published(TENANT).commit == commit


def test_a_publisher_stops_when_another_one_took_over(registry: Scene):
    registry.work.publish(skill_folder("apple-pie"), skill_folder("pdf-forms"))

    def overtake(step: str, skill: str) -> None:
        if (step, skill) == ("verify", "pdf-forms"):
            registry.catalog.release_lease(registry.catalog.acquire_lease(TENANT, publisher_name(registry), 1))
            registry.catalog.acquire_lease(TENANT, "another publisher", 60)

    with pytest.raises(LeaseLostError):
        registry.reconcile(observe=overtake)

    assert registry.live() == {"apple-pie": 1}


def test_a_publisher_waits_while_another_machine_holds_the_lease(registry: Scene):
    registry.work.publish(skill_folder())
    other = registry.catalog.acquire_lease(TENANT, "another publisher", 60)

    with pytest.raises(LeaseLostError, match="another publisher"):
        registry.reconcile()

    assert registry.live() == {}

    registry.catalog.release_lease(other)
    registry.reconcile()

    assert registry.live() == {"pdf-forms": 1}


def test_two_publishers_on_one_data_directory_do_not_work_at_once(registry: Scene):
    registry.work.publish(skill_folder())
    refused: list[str] = []

    def start_another(step: str, _: str) -> None:
        if step == "read":
            with pytest.raises(LeaseLostError) as caught:
                registry.reconcile()
            refused.append(caught.value.message)

    registry.reconcile(observe=start_another)

    assert "Another publisher works in the data directory" in refused[0]
    assert registry.live() == {"pdf-forms": 1}


def publisher_name(registry: Scene) -> str:
    """The holder that the catalog knows this data directory's publisher by."""
    with pytest.raises(LeaseLostError) as caught:
        registry.catalog.acquire_lease(TENANT, "nobody", 1)
    return caught.value.message.removeprefix("The publisher ").rpartition(" holds the lease")[0]
