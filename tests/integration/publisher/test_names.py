"""Stories of several folders that claim one name."""

from builders import skill_folder
from catalog_builders import TENANT
from publisher_scene import Scene

HERE, THERE = "skills/here/pdf-forms", "skills/there/pdf-forms"


def test_both_claimants_of_a_name_are_quarantined(registry: Scene):
    registry.work.publish(skill_folder(path=HERE), skill_folder(path=THERE), skill_folder("apple-pie"))

    registry.reconcile()

    assert registry.live() == {"apple-pie": 1}
    assert registry.quarantined().keys() == {HERE, THERE}
    assert THERE in registry.quarantined()[HERE]
    assert HERE in registry.quarantined()[THERE]


def test_a_live_skill_keeps_its_name_against_a_newcomer(registry: Scene):
    registry.work.publish(skill_folder(path=HERE))
    registry.reconcile()
    registry.work.publish(skill_folder(path=THERE, body="Mine is better.\n"))

    registry.reconcile()

    assert (registry.live(), registry.skill("pdf-forms").path) == ({"pdf-forms": 1}, HERE)
    assert registry.quarantined().keys() == {THERE}


def test_the_live_claimant_can_still_be_changed(registry: Scene):
    registry.work.publish(skill_folder(path=HERE))
    registry.reconcile()
    registry.work.publish(skill_folder(path=THERE))
    registry.reconcile()
    registry.work.publish(skill_folder(path=HERE, body="Two.\n"))

    registry.reconcile()

    assert registry.live() == {"pdf-forms": 2}
    assert registry.quarantined().keys() == {THERE}


def test_a_claimant_is_published_once_its_rival_is_gone(registry: Scene):
    registry.work.publish(skill_folder(path=HERE), skill_folder(path=THERE))
    registry.reconcile()
    registry.work.delete(HERE)
    registry.work.push()

    registry.reconcile()

    assert (registry.live(), registry.quarantined()) == ({"pdf-forms": 1}, {})
    assert registry.skill("pdf-forms").path == THERE


def test_a_claimant_takes_over_when_the_live_one_is_deleted_and_the_numbers_go_on(registry: Scene):
    registry.work.publish(skill_folder(path=HERE))
    registry.reconcile()
    registry.work.publish(skill_folder(path=THERE, body="Mine is better.\n"))
    registry.reconcile()
    registry.work.delete(HERE)
    registry.work.push()

    registry.reconcile()

    assert registry.live() == {"pdf-forms": 2}
    assert registry.quarantined() == {}


def test_what_was_live_stays_live_while_only_quarantined_folders_claim_its_name(registry: Scene):
    registry.work.publish(skill_folder())
    registry.reconcile()
    registry.work.delete("skills/pdf-forms")
    registry.work.publish(skill_folder(path=HERE), skill_folder(path=THERE))

    registry.reconcile()

    assert registry.live() == {"pdf-forms": 1}
    assert registry.quarantined().keys() == {HERE, THERE}


def test_rivals_that_stay_are_noted_once(registry: Scene):
    registry.work.publish(skill_folder(path=HERE), skill_folder(path=THERE))
    registry.reconcile()
    registry.work.publish(skill_folder("apple-pie"))

    registry.reconcile()

    noted = [entry for entry in registry.catalog.audit(TENANT, 50) if entry.action == "quarantine"]
    assert len(noted) == 2


def test_a_third_claimant_is_told_to_the_other_two(registry: Scene):
    registry.work.publish(skill_folder(path=HERE), skill_folder(path=THERE))
    registry.reconcile()
    registry.work.publish(skill_folder(path="skills/third/pdf-forms"))

    registry.reconcile()

    assert "skills/third/pdf-forms" in registry.quarantined()[HERE]
    assert "skills/third/pdf-forms" in registry.quarantined()[THERE]
