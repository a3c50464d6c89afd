"""Stories of names that could be taken for one another, in a registry whose policy refuses them."""

from builders import skill_folder
from publisher_scene import Scene

STRICT = '[rules]\nSK080 = "error"\n'


def test_a_newcomer_that_could_be_taken_for_a_live_skill_is_quarantined(registry: Scene):
    registry.work.write({"registry.toml": STRICT})
    registry.work.publish(skill_folder("pdf-forms"))
    registry.reconcile()
    registry.work.publish(skill_folder("pdf-form"), skill_folder("apple-pie"))

    registry.reconcile()

    assert registry.live() == {"apple-pie": 1, "pdf-forms": 1}
    assert "`pdf-forms`" in registry.quarantined()["skills/pdf-form"]


def test_a_live_skill_can_still_be_changed_when_a_lookalike_waits(registry: Scene):
    registry.work.write({"registry.toml": STRICT})
    registry.work.publish(skill_folder("pdf-forms"))
    registry.reconcile()
    registry.work.publish(skill_folder("pdf-form"))
    registry.reconcile()
    registry.work.publish(skill_folder("pdf-forms", body="Two.\n"))

    registry.reconcile()

    assert registry.live() == {"pdf-forms": 2}


def test_of_two_newcomers_that_look_alike_neither_is_preferred(registry: Scene):
    registry.work.write({"registry.toml": STRICT})
    registry.work.publish(skill_folder("pdf-forms"), skill_folder("pdf-form"))

    registry.reconcile()

    assert registry.live() == {}
    assert registry.quarantined().keys() == {"skills/pdf-forms", "skills/pdf-form"}


def test_without_such_a_policy_lookalikes_are_published(registry: Scene):
    registry.work.publish(skill_folder("pdf-forms"), skill_folder("pdf-form"))

    registry.reconcile()

    assert registry.live() == {"pdf-form": 1, "pdf-forms": 1}
