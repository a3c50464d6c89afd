"""What is said of a proposal is what the publisher will make of it: other folders, its registry.toml and other names count."""

import pytest

from builders import skill_folder, triggers
from callers import in_groups
from catalog_builders import GRACE, TENANT
from fleet_member import until
from git_fixtures import BRANCH, git
from mcpskills.restricting import Restriction

PROPOSAL = "/admin/proposals/by-hand"


@pytest.fixture
def live(service):
    service.publish(skill_folder())
    return service


def propose(service, *folders, files=None) -> str:
    """Somebody pushes a proposal with Git; gives its head."""
    service.work.put(*folders)
    service.work.write(files or {})
    commit = service.work.commit("Change it by hand")
    git(service.work.path, "push", "--quiet", "origin", "HEAD:refs/heads/proposal/by-hand")
    service.work.reset(f"origin/{BRANCH}")
    return commit


def codes(report) -> list[str]:
    return [finding["code"] for finding in report["findings"]]


def refused(service, head: str) -> list[str]:
    """The codes with which a merge is refused; nothing may have moved."""
    before = git(service.origin, "rev-parse", BRANCH)
    answer = service.http.post(f"{PROPOSAL}/merge", json={"head": head})
    assert answer.status_code == 422, answer.text
    assert git(service.origin, "rev-parse", BRANCH) == before
    return codes(answer.json())


def test_a_second_folder_with_the_name_of_a_live_skill_is_refused(live):
    head = propose(live, skill_folder(path="skills/office/pdf-forms"))

    shown = live.http.get(PROPOSAL).json()

    assert (shown["ok"], codes(shown["skills"][0])) == (False, ["SK009"])
    assert refused(live, head) == ["SK009"]


def test_a_name_that_a_folder_of_the_tracked_branch_got_meanwhile_is_refused(live):
    head = propose(live, skill_folder("csv-profile", path="skills/a/csv-profile"))
    live.work.publish(skill_folder("csv-profile", path="skills/b/csv-profile"))

    assert refused(live, head) == ["SK009"]


def test_a_live_skill_may_move_to_another_folder(live):
    git(live.work.path, "rm", "-r", "--quiet", "skills/pdf-forms")
    head = propose(live, skill_folder(path="skills/office/pdf-forms"))

    assert live.http.get(PROPOSAL).json()["ok"] is True
    assert live.http.post(f"{PROPOSAL}/merge", json={"head": head}).status_code == 200


@pytest.mark.parametrize("toml", ["[review\n", "[limits]\nfiles = 'many'\n"])
def test_a_policy_that_would_stop_the_publisher_is_refused(live, toml):
    head = propose(live, files={"registry.toml": toml})

    shown = live.http.get(PROPOSAL).json()

    assert (shown["ok"], codes(shown)) == (False, ["SK089"])
    assert refused(live, head) == ["SK089"]


def test_what_mends_a_broken_policy_is_merged_and_nothing_else(live):
    live.work.write({"registry.toml": "[review\n"})
    live.work.push()
    other = propose(live, skill_folder("csv-profile"))
    refusal = refused(live, other)
    mended = propose_again(live)

    assert refusal == ["SK089"]
    assert live.http.post(f"{PROPOSAL}/merge", json={"head": mended}).status_code == 200


def propose_again(service) -> str:
    git(service.origin, "branch", "-D", "proposal/by-hand")
    return propose(service, files={"registry.toml": "[limits]\n"})


def test_a_name_that_could_be_taken_for_a_live_one_is_told(service):
    service.publish(skill_folder("csv-profile"))
    propose(service, skill_folder("csv-profi1e"))

    shown = service.http.get(PROPOSAL).json()

    assert (shown["ok"], codes(shown["skills"][0])) == (True, ["SK080"])


def test_a_registry_may_refuse_names_that_could_be_taken_for_live_ones(service):
    service.publish(skill_folder("csv-profile"))
    service.work.write({"registry.toml": '[rules]\nSK080 = "error"\n'})
    service.work.push()
    head = propose(service, skill_folder("csv-profi1e"))

    assert refused(service, head) == ["SK080"]


FORMS = "fill in the tax form"
REFUSE = {"registry.toml": '[evaluation]\non-failure = "refuse"\n'}


def asked(name: str = "pdf-forms", within: int = 1, **described):
    return skill_folder(name, files={"evals/triggers.yaml": triggers(FORMS, within=within)}, **described)


def rival(number: int = 1):
    """A skill that speaks of nothing but tax forms."""
    return skill_folder(f"tax-form-{number}", description="Fill in the tax form, the tax form.", body="The tax form.\n")


def evaluations(service) -> dict[str, tuple[int, int] | None]:
    """Passed and failed cases by skill, as the proposal shows them."""
    shown = service.http.get(PROPOSAL).json()["skills"]
    found = {skill["name"]: skill["evaluation"] for skill in shown}
    return {name: each and (each["passed"], each["failed"]) for name, each in found.items()}


def test_evals_are_tried_among_what_is_served_and_a_failure_keeps_nothing_back(live):
    live.publish(rival())
    head = propose(live, asked())

    shown = live.http.get(PROPOSAL).json()
    merged = live.http.post(f"{PROPOSAL}/merge", json={"head": head})

    [skill] = shown["skills"]
    assert (shown["ok"], skill["ok"]) == (True, True)
    assert (skill["evaluation"]["passed"], skill["evaluation"]["failed"]) == (0, 1)
    assert "above it stands tax-form-1" in skill["evaluation"]["failures"][0]
    assert merged.status_code == 200


def test_failed_evals_keep_a_proposal_from_a_registry_that_refuses_them(live):
    live.publish(rival())
    live.work.write(REFUSE)
    live.work.push()
    head = propose(live, asked())

    shown = live.http.get(PROPOSAL).json()
    answer = live.http.post(f"{PROPOSAL}/merge", json={"head": head})

    assert (shown["ok"], shown["skills"][0]["ok"]) == (False, False)
    assert answer.status_code == 422
    assert "1 of 1 evals failed" in answer.json()["detail"]


def test_a_skill_without_evals_has_no_evaluation(live):
    propose(live, skill_folder(body="Two.\n"))

    assert evaluations(live) == {"pdf-forms": None}


def test_each_skill_of_a_proposal_is_tried_among_those_before_it(live):
    propose(
        live,
        skill_folder("a-tax-form", description="Fill in the tax form, the tax form.", body="The tax form.\n"),
        asked(),
    )

    assert evaluations(live) == {"a-tax-form": None, "pdf-forms": (0, 1)}


def test_what_was_tried_leaves_nothing_behind_for_the_next_trial_nor_for_clients(live):
    before = asked("tax-form-9", description="Fill in the tax form, the tax form.", body="The tax form.\n")
    propose(live, before)
    first = evaluations(live)
    git(live.origin, "branch", "-D", "proposal/by-hand")
    propose(live, asked())

    assert (first, evaluations(live)) == ({"tax-form-9": (1, 0)}, {"pdf-forms": (1, 0)})


def test_what_is_published_between_two_trials_counts_in_the_second(live):
    propose(live, asked())
    first = evaluations(live)
    live.publish(rival())

    assert (first, evaluations(live)) == ({"pdf-forms": (1, 0)}, {"pdf-forms": (0, 1)})


def check(service, **request):
    """What the listing says of the rules about its one proposal."""
    (row,) = service.http.get("/admin/proposals", **request).json()["proposals"]
    return {name: value for name, value in row["check"].items() if name != "checked_at"}


def checked(service, **request):
    """The same, once the server has found out."""
    until(lambda: check(service, **request)["status"] != "pending", lambda: str(check(service, **request)))
    return check(service, **request)


def told(status: str, errors: int | None, warnings: int | None):
    return {"status": status, "errors": errors, "warnings": warnings}


def test_a_listing_tells_what_the_rules_say_when_it_is_asked_again(live):
    propose(live, skill_folder("csv-profile", path="skills/a/csv-profi1e"), skill_folder("pdf-f0rms"))

    assert check(live) == told("pending", None, None)
    assert checked(live) == told("failed", 1, 1)


def test_a_listing_knows_what_was_found_out_for_somebody_who_looked_at_the_proposal(live):
    propose(live, skill_folder("csv-profile"))

    shown = live.http.get(PROPOSAL).json()["check"]

    assert shown["status"] == "passed"
    assert check(live) == told("passed", 0, 0)


def test_what_is_pushed_afterwards_is_judged_anew(live):
    propose(live, skill_folder("csv-profile"))
    assert checked(live)["status"] == "passed"
    git(live.origin, "branch", "-D", "proposal/by-hand")
    propose(live, skill_folder("csv-profile", path="skills/a/other"))

    assert check(live)["status"] == "pending"
    assert checked(live)["status"] == "failed"


def test_a_proposal_that_is_merged_has_no_check_any_more(live):
    head = propose(live, skill_folder("csv-profile"))

    assert live.http.post(f"{PROPOSAL}/merge", json={"head": head}).json()["check"] is None


def test_what_a_listing_tells_of_the_rules_was_judged_by_what_its_reader_sees(service):
    service.catalog.restrict(TENANT, "payroll", Restriction(frozenset({"finance"}), "Theirs.", GRACE))
    service.publish(skill_folder("payroll"))
    propose(service, skill_folder("payro11"))

    assert checked(service) == told("passed", 0, 1)
    assert checked(service, headers=in_groups("legal")) == told("passed", 0, 0)
