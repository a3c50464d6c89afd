"""What is said of a proposal is what the publisher will make of it: other folders, its registry.toml and other names count."""

import pytest

from builders import skill_folder
from git_fixtures import BRANCH, git

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
