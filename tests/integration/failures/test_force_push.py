"""The tracked branch is rewritten: publishing freezes with an alarm, everything is served on, an operator says how to go on."""

from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from builders import skill_folder
from catalog_builders import TENANT
from command_line import mcpskills
from git_fixtures import git
from mcpskills.audit import Head, fault
from publisher_scene import Scene
from served_registry import served

WHY = ("--reason", "A password was in it.")


@pytest.fixture
def server(registry: Scene) -> Iterator[str]:
    with served(registry) as url:
        yield url


def rewritten(registry: Scene) -> str:
    """Two versions are published, and then another commit takes the place of the second; gives that commit."""
    first = registry.work.publish(skill_folder(body="One.\n"), skill_folder("apple-pie"))
    registry.reconcile()
    registry.work.publish(skill_folder(body="Two.\n"))
    registry.reconcile()
    return rewrite(registry, first, "Rewritten.\n")


def rewrite(registry: Scene, onto: str, body: str) -> str:
    registry.work.reset(onto)
    registry.work.put(skill_folder(body=body))
    registry.work.delete("skills/apple-pie")
    return registry.work.push(force=True)


def test_a_force_push_freezes_with_an_alarm_and_all_stays_served(registry: Scene, server: str):
    head = rewritten(registry)

    with capture_logs() as logged:
        frozen = registry.reconcile().frozen

    alarm = next(line for line in logged if line["log_level"] == "error")
    assert (alarm["head"], alarm["reason"]) == (head, frozen)
    assert f"mcpskills publisher accept-history --commit {head} --reason" in frozen
    assert registry.live() == {"apple-pie": 1, "pdf-forms": 2}
    assert "pdf-forms" in mcpskills("list", url=server)[1]


def test_an_operator_accepts_the_new_head_and_publishing_goes_on(registry: Scene, server: str):
    head = rewritten(registry)
    registry.reconcile()

    code, told, _ = mcpskills("publisher", "accept-history", "--commit", head, *WHY, url=server)
    still = registry.live()
    registry.reconcile()

    assert (code, told) == (0, f"Publishing goes on from {head}.\n")
    assert still == {"apple-pie": 1, "pdf-forms": 2}
    assert registry.live() == {"pdf-forms": 3}
    published = registry.catalog.published(TENANT)
    assert (published.commit, published.frozen, published.accepted) == (head, None, None)
    assert fault(TENANT, Head(), registry.catalog.audit_after(TENANT, 0, 100)) is None


def test_what_was_pushed_on_top_of_the_accepted_head_goes_live_with_it(registry: Scene, server: str):
    head = rewritten(registry)
    registry.reconcile()
    registry.work.publish(skill_folder(body="On top.\n"))

    mcpskills("publisher", "accept-history", "--commit", head, *WHY, url=server)
    registry.reconcile()

    assert registry.files("pdf-forms")["SKILL.md"].endswith(b"On top.\n")


def test_a_second_force_push_freezes_again_whether_or_not_the_first_was_published(registry: Scene, server: str):
    head = rewritten(registry)
    registry.reconcile()
    mcpskills("publisher", "accept-history", "--commit", head, *WHY, url=server)

    second = rewrite(registry, git(registry.origin, "rev-parse", f"{head}^"), "Not what was accepted.\n")
    before = registry.reconcile().frozen
    mcpskills("publisher", "accept-history", "--commit", second, *WHY, url=server)
    registry.reconcile()
    rewrite(registry, head, "And once more.\n")
    after = registry.reconcile().frozen

    assert f"does not descend from the accepted commit {head[:12]}" in before
    assert f"does not descend from the published commit {second[:12]}" in after
    assert registry.files("pdf-forms")["SKILL.md"].endswith(b"Not what was accepted.\n")


def test_a_publisher_that_dies_between_acceptance_and_publication_goes_on_where_it_was(registry: Scene, server: str):
    head = rewritten(registry)
    registry.reconcile()
    mcpskills("publisher", "accept-history", "--commit", head, *WHY, url=server)

    def die(step: str, _: str) -> None:
        if step == "flip":
            raise RuntimeError("the power is gone")

    with pytest.raises(RuntimeError):
        registry.reconcile(observe=die)
    accepted = registry.catalog.published(TENANT).accepted
    registry.reconcile()

    assert accepted == head
    assert (registry.live(), registry.catalog.published(TENANT).commit) == ({"pdf-forms": 3}, head)
