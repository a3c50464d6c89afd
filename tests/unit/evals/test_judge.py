"""What a case comes to, given what a search answers."""

from builders import script, skill_folder, triggers
from mcpskills.evals import judge
from mcpskills.evals.judge import Outcome
from mcpskills.evals.reading import read
from mcpskills.query import MAX_LIMIT

RUN = "scripts:\n- run: scripts/fill.py\n  args: [--list]\n  expect: {exit: 0}\n"


def tried(text: str, *answer: str, skill: str = "pdf-forms"):
    """The only result of a file of evals when every search answers with these names."""
    folder = skill_folder(skill, files={"evals/a.yaml": text, "scripts/fill.py": script("")})
    (result,) = judge.evaluate(skill, read(folder), lambda _request, limit: answer[:limit])
    return result


def test_a_skill_among_the_first_results_passes():
    result = tried(triggers("forms", within=2), "csv-profile", "pdf-forms")

    assert (result.outcome, result.rank, result.reason) == (Outcome.PASS, 2, "")


def test_a_skill_that_comes_too_late_fails_and_the_reason_names_those_above_it():
    result = tried(triggers("forms", within=1), "csv-profile", "pdf-forms")

    assert (result.outcome, result.above) == (Outcome.FAIL, ("csv-profile",))
    assert result.reason == "at rank 2; it must be among the first 1; above it stands csv-profile"


def test_of_many_above_it_the_first_are_named():
    result = tried(triggers("forms"), *(f"skill-{number}" for number in range(9)), "pdf-forms")

    assert result.reason == (
        "at rank 10; it must be among the first 5; above it stand skill-0, skill-1, skill-2, skill-3, skill-4 and 4 more"
    )


def test_a_skill_that_no_search_finds_fails():
    result = tried(triggers("forms"))

    assert (result.outcome, result.rank) == (Outcome.FAIL, None)
    assert result.reason == "not among the first 50; it must be among the first 5"


def test_a_request_that_must_not_find_it_passes_from_the_rank_after_the_last_forbidden_one():
    passes = tried(triggers("forms", finds=False, within=1), "csv-profile", "pdf-forms")
    fails = tried(triggers("forms", finds=False, within=2), "csv-profile", "pdf-forms")
    absent = tried(triggers("forms", finds=False))

    assert (passes.outcome, absent.outcome) == (Outcome.PASS, Outcome.PASS)
    assert fails.reason == "found at rank 2; it must not be among the first 2"


def test_a_run_of_a_script_is_not_run_and_nothing_is_searched():
    result = tried(RUN)

    assert (result.outcome, result.reason) == (Outcome.NOT_RUN, "runs come with the sandbox")


def test_a_search_is_asked_for_no_more_than_one_page_of_the_request_as_it_stands():
    asked = []

    def search(request, limit):
        asked.append((request, limit))
        return []

    judge.evaluate("pdf-forms", read(skill_folder(files={"evals/a.yaml": triggers("Fill, in?")})), search)

    assert asked == [("Fill, in?", MAX_LIMIT)]


def test_the_evaluation_counts_and_keeps_the_first_failures_in_printable_lines():
    folder = skill_folder(files={"evals/a.yaml": triggers(*(f"\u202e{number}" * 200 for number in range(30)))})

    found = judge.evaluation(judge.evaluate("pdf-forms", read(folder), lambda *_: []))

    assert (found.passed, found.failed, found.not_run, len(found.failures)) == (0, 30, 0, 20)
    assert all(failure.isprintable() and len(failure) < 600 for failure in found.failures)
    assert judge.refusal(found).endswith(
        "And 10 more. Describe the skill so that these requests find it or do not, or change the cases."
    )
