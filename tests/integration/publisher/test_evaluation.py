"""What a skill says of itself in evals/*.yaml is tried before it is published, and the version says what came of it."""

from builders import script, skill_folder, triggers
from catalog_builders import TENANT
from mcpskills.evals.reading import MAX_BYTES
from mcpskills.version import Evaluation, Status
from mcpskills_publisher.plan import EVALUATED
from publisher_scene import Scene

FORMS = "fill in the tax form"
REFUSE = {"registry.toml": '[evaluation]\non-failure = "refuse"\n'}


def forms(asked: str = triggers(FORMS), **described):
    return skill_folder("pdf-forms", files={"evals/triggers.yaml": asked}, **described)


def rival(number: int = 1):
    """A skill that speaks of nothing but tax forms."""
    return skill_folder(f"tax-form-{number}", description="Fill in the tax form, the tax form.", body="The tax form.\n")


def evaluation(registry: Scene, name: str = "pdf-forms", number: int = 1) -> Evaluation | None:
    return registry.catalog.version(TENANT, name, number).evaluation


def test_a_skill_without_evals_has_no_evaluation(registry: Scene):
    registry.work.publish(skill_folder())

    registry.reconcile()

    assert evaluation(registry) is None


def test_a_version_says_how_many_cases_passed_and_which_did_not(registry: Scene):
    runs = "scripts:\n- run: scripts/fill.py\n  expect: {exit: 0}\n"
    asked = {
        "evals/a.yaml": triggers(FORMS),
        "evals/b.yaml": triggers("fill in a form", finds=False),
        "evals/c.yaml": runs,
        "evals/d.yaml": "something: else\n",
        "scripts/fill.py": script("print()\n"),
    }
    registry.work.publish(skill_folder(files=asked))

    registry.reconcile()

    assert evaluation(registry) == Evaluation(
        passed=1,
        failed=1,
        not_run=1,
        failures=("evals/b.yaml:1: `fill in a form`: found at rank 1; it must not be among the first 5",),
    )


def test_a_skill_is_evaluated_among_those_that_are_live(registry: Scene):
    registry.work.publish(rival(1), rival(2))
    registry.reconcile()
    registry.work.publish(forms(triggers(FORMS, within=2)))

    registry.reconcile()

    found = evaluation(registry)
    assert (found.passed, found.failed) == (0, 1)
    assert "at rank 3; it must be among the first 2; above it stand tax-form-" in found.failures[0]
    assert registry.live()["pdf-forms"] == 1


def test_each_of_several_skills_is_evaluated_among_those_before_it(registry: Scene):
    registry.work.publish(
        rival(), forms(triggers(FORMS, within=1)), skill_folder("a-writer", files={"evals/a.yaml": triggers(FORMS)})
    )
    registry.reconcile()
    registry.work.delete("skills/tax-form-1")
    registry.work.publish(forms(triggers(FORMS, within=1), body="Better.\n"))

    registry.reconcile()

    assert evaluation(registry, "a-writer").passed == 1
    assert evaluation(registry, number=2).failed == 1, "the rival was live until the new version was"


def test_a_registry_that_refuses_failed_evals_keeps_the_new_version_back_and_says_why(registry: Scene):
    registry.work.write(REFUSE)
    registry.work.publish(forms())
    registry.reconcile()
    registry.work.publish(forms(triggers(FORMS, "paint pictures")))

    summary = registry.reconcile()

    reason = registry.quarantined()["skills/pdf-forms"]
    assert summary.done.quarantined == ("pdf-forms",)
    assert registry.live() == {"pdf-forms": 1}
    assert reason == (
        "1 of 2 evals failed, and this registry publishes no such skill ([evaluation] in registry.toml). "
        "evals/triggers.yaml:1: `paint pictures`: not among the first 50; it must be among the first 5. "
        "Describe the skill so that these requests find it or do not, or change the cases."
    )


def test_a_refused_skill_is_not_in_the_way_of_those_after_it(registry: Scene):
    registry.work.write(REFUSE)
    refused = rival()
    refused.entries["evals/a.yaml"] = forms(triggers("paint pictures")).entries["evals/triggers.yaml"]
    registry.work.publish(refused, skill_folder("z-forms", files={"evals/a.yaml": triggers(FORMS, within=1)}))

    registry.reconcile()

    assert registry.live() == {"z-forms": 1}


def test_a_refused_skill_is_tried_again_with_the_next_commit_and_not_before(registry: Scene):
    registry.work.write(REFUSE)
    registry.work.publish(rival())
    registry.reconcile()
    registry.work.publish(forms(triggers(FORMS, within=1)))
    registry.reconcile()
    again = registry.reconcile()
    assert (again.done.quarantined, registry.skill("tax-form-1").status) == ((), Status.ACTIVE)
    assert registry.catalog.quarantined(TENANT)[0].rules == EVALUATED
    registry.work.delete("skills/tax-form-1")
    registry.work.push()
    registry.reconcile()
    registry.work.write({"README.md": "A commit.\n"})
    registry.work.push()

    registry.reconcile()

    assert registry.live() == {"pdf-forms": 1}
    assert registry.quarantined() == {}


def test_hostile_evals_neither_block_a_skill_nor_count(registry: Scene):
    hostile = {
        "huge.yaml": "a" * (MAX_BYTES + 1),
        "deep.yaml": "[" * 10_000,
        "aliases.yaml": "a: &a [x]\nb: [*a, *a]\n",
        "binary.yaml": b"\x00\xff\xfe" * 1000,
        "many.yaml": "triggers:\n" + "- {}\n" * 10_000,
        "tag.yaml": "!!python/object/apply:os.system ['exit 1']\n",
        "good.yaml": triggers(FORMS),
    }
    registry.work.publish(skill_folder(files={f"evals/{name}": content for name, content in hostile.items()}))

    registry.reconcile()

    assert registry.live() == {"pdf-forms": 1}
    assert evaluation(registry) == Evaluation(passed=1, failed=0, not_run=0)


def test_a_live_skill_whose_package_is_lost_is_left_out_of_the_search(registry: Scene):
    registry.work.publish(rival())
    registry.reconcile()
    digest = registry.catalog.version(TENANT, "tax-form-1", 1).digest.removeprefix("sha256:")
    next((registry.data / "packages").rglob(f"{digest}*")).unlink()
    registry.work.publish(forms(triggers(FORMS, within=1)))

    registry.reconcile()

    assert evaluation(registry) == Evaluation(passed=1, failed=0, not_run=0)
