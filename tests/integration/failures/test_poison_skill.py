"""One poisoned skill among a hundred: it is quarantined with its reason, and the other ninety-nine go live."""

from builders import skill_folder
from catalog_builders import TENANT
from publisher_scene import Scene

NAMES = [f"skill-{number:02}" for number in range(100)]
POISONED = NAMES[50]


def test_one_poison_skill_among_a_hundred_leaves_ninety_nine_live(registry: Scene):
    poison = skill_folder(POISONED, text=b"---\nname: skill-50\ndescription: \xff\xfe [&a *a\n---\n\0")
    good = [skill_folder(name) for name in NAMES if name != POISONED]
    commit = registry.work.publish(*good, poison)

    summary = registry.reconcile()

    assert registry.live() == {name: 1 for name in NAMES if name != POISONED}
    assert list(registry.quarantined()) == [f"skills/{POISONED}"]
    assert (summary.done.quarantined, registry.catalog.published(TENANT).commit) == ((POISONED,), commit)

    registry.work.publish(skill_folder(POISONED))
    registry.reconcile()

    assert (len(registry.live()), registry.quarantined()) == (100, {})
