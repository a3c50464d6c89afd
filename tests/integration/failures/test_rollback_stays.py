"""A rollback is in force: however often the publisher looks, and whatever is pushed, the pointer stays."""

from builders import skill_folder
from catalog_builders import GRACE, TENANT, a_hold
from publisher_scene import Scene


def test_after_a_rollback_ten_reconciles_leave_it_rolled_back(registry: Scene):
    for body in ("One.\n", "Two.\n"):
        registry.work.publish(skill_folder(body=body))
        registry.reconcile()
    held = registry.catalog.hold(TENANT, "pdf-forms", a_hold(1), GRACE)

    for _ in range(10):
        registry.reconcile()

    assert registry.skill("pdf-forms") == held

    for number in range(3):
        registry.work.publish(skill_folder(body=f"Pushed {number}.\n"), skill_folder("apple-pie", body=f"{number}.\n"))
        registry.reconcile()

    assert registry.live() == {"apple-pie": 3, "pdf-forms": 1}
    assert registry.skill("pdf-forms").wanted == 5
