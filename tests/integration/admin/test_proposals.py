"""Proposals through the admin API: looked at beside what is live, approved, merged and closed."""

import pytest

from admin_service import zipped_folder
from builders import script, skill_folder
from git_fixtures import BRANCH, git
from mcpskills.canonical import canonical
from mcpskills.events import ReconcileWanted

PROPOSALS = "/admin/proposals"


def propose(service, folder=None, **params) -> dict:
    """Upload a skill; gives the proposal as the listing has it."""
    content = zipped_folder(folder or skill_folder(body="Better.\n"))
    sent = service.http.post("/admin/skills/upload", files={"file": ("s.zip", content)}, params=params)
    assert sent.status_code == 201, sent.text
    return sent.json()["proposal"]


def by_hand(service, *folders, files=None, name="by-hand") -> str:
    """Somebody pushes a proposal with Git; gives its head."""
    service.work.put(*folders)
    service.work.write(files or {})
    commit = service.work.commit("Change it by hand")
    git(service.work.path, "push", "--quiet", "origin", f"HEAD:refs/heads/proposal/{name}")
    service.work.reset(f"origin/{BRANCH}")
    return commit


def merge(service, proposal, **body):
    return service.http.post(f"{PROPOSALS}/{proposal['id']}/merge", json=body or {"head": proposal["commit"]})


@pytest.fixture
def live(service):
    service.publish(skill_folder(files={"scripts/run.py": script("print(1)\n"), "old.md": "Old.\n"}))
    return service


def test_what_is_open_is_listed_page_by_page_with_the_newest_first(live):
    made = [propose(live, skill_folder(f"skill-{number}")) for number in range(7)]

    pages, cursor = [], None
    while cursor or not pages:
        pages.append(live.http.get(PROPOSALS, params={"cursor": cursor} if cursor else {}).json())
        cursor = pages[-1]["next_cursor"]

    rows = [row for page in pages for row in page["proposals"]]
    assert [len(page["proposals"]) for page in pages] == [3, 3, 1]
    assert {row["id"] for row in rows} == {proposal["id"] for proposal in made}
    assert [row["opened_at"] for row in rows] == sorted((row["opened_at"] for row in rows), reverse=True)
    assert {page["total"] for page in pages} == {7}


def test_a_proposal_says_why_in_the_words_of_its_author(live):
    made = propose(live, title="Say it better", message="Readers asked.\nTwice.")

    told = git(live.origin, "log", "-1", "--format=%B", made["commit"])

    assert made["title"] == "Say it better"
    assert told.startswith("Say it better\n\nReaders asked.\nTwice.\n\nUploaded through the admin API")


def test_a_proposal_is_shown_beside_the_version_that_is_live(live):
    made = propose(live, skill_folder(body="Better.\n", files={"scripts/run.py": "print(1)\n", "new.bin": b"\0\1"}))

    answer = live.http.get(f"{PROPOSALS}/{made['id']}")

    shown = answer.json()
    (skill,) = shown["skills"]
    files = {file["path"]: file for file in skill["files"]}
    assert answer.headers["etag"] == f'"{made["commit"]}"'
    assert (skill["name"], skill["change"], skill["live_version"], skill["ok"]) == ("pdf-forms", "changed", 1, True)
    assert {path: file["change"] for path, file in files.items()} == {
        "SKILL.md": "changed",
        "new.bin": "added",
        "old.md": "removed",
        "scripts/run.py": "changed",
    }
    assert "+Better." in files["SKILL.md"]["diff"].splitlines()
    assert files["SKILL.md"]["diff"].startswith("--- a/SKILL.md\n+++ b/SKILL.md\n")
    assert "no text" in files["new.bin"]["note"]
    assert "no longer executable" in files["scripts/run.py"]["note"]
    assert files["old.md"]["diff"].splitlines()[1] == "+++ /dev/null"


def test_what_is_rolled_back_is_compared_with_what_is_served_and_not_with_git(live):
    live.publish(skill_folder(body="Two.\n"))
    live.http.post("/admin/skills/pdf-forms/rollback", json={"reason": "Two fails."})
    made = propose(live, skill_folder(body="Three.\n"))

    (skill,) = live.http.get(f"{PROPOSALS}/{made['id']}").json()["skills"]

    assert skill["live_version"] == 1
    assert "Two" not in "".join(file["diff"] for file in skill["files"])


def test_frontmatter_that_publishing_rewrites_is_no_difference(service):
    wanted = skill_folder(extra="metadata:\n  level: 3\n")
    service.registry.publish_folder(canonical(wanted)[0])
    service.refresh()
    by_hand(service, wanted)

    (skill,) = service.http.get(f"{PROPOSALS}/by-hand").json()["skills"]

    assert (skill["live_version"], skill["files"]) == (1, [])


def test_differences_too_long_for_anybody_are_left_out_and_said_to_be(live):
    long = "".join(f"line {number}\n" for number in range(4_000))
    made = propose(live, skill_folder(files={f"{name}.md": long for name in "abcdefgh"}))

    (skill,) = live.http.get(f"{PROPOSALS}/{made['id']}").json()["skills"]

    assert sum(len(file["diff"]) for file in skill["files"]) <= 200_000
    assert any("does not fit" in (file["note"] or "") for file in skill["files"])


def test_a_merge_is_in_git_and_the_publisher_is_asked_to_look(live):
    made = propose(live)

    answer = merge(live, made)

    assert answer.status_code == 200
    assert answer.json()["state"] == "merged"
    assert answer.json()["ending"]["by"] == "anonymous"
    assert git(live.origin, "rev-parse", BRANCH) == answer.json()["ending"]["commit"]
    assert git(live.origin, "show", f"{BRANCH}:skills/pdf-forms/SKILL.md").endswith("Better.")
    assert live.signals.sent[-1] == ReconcileWanted("default", f"merge of proposal {made['id']}")
    assert live.http.get(PROPOSALS).json()["proposals"] == []


def test_only_the_head_that_was_looked_at_is_merged(live):
    made = propose(live)
    before = git(live.origin, "rev-parse", BRANCH)

    by_body = merge(live, made, head="0" * 40)
    by_header = live.http.post(f"{PROPOSALS}/{made['id']}/merge", json={}, headers={"If-Match": f'"{"0" * 40}"'})

    assert [by_body.status_code, by_header.status_code] == [412, 412]
    assert "look at it again" in by_body.json()["detail"]
    assert git(live.origin, "rev-parse", BRANCH) == before


@pytest.mark.parametrize("head", ["main", "A" * 40, "a" * 41, "a" * 40 + "\n"])
def test_a_head_that_is_no_whole_commit_is_refused_in_our_own_words(live, head):
    answer = live.http.post(f"{PROPOSALS}/anything/merge", json={"head": head})

    assert answer.status_code == 422
    assert "body.head: must be the whole id of a commit, 40 or 64 lower-case hex digits, got" in answer.json()["detail"]


def test_the_etag_of_a_proposal_merges_it(live):
    made = propose(live)
    tag = live.http.get(f"{PROPOSALS}/{made['id']}").headers["etag"]

    assert live.http.post(f"{PROPOSALS}/{made['id']}/merge", json={}, headers={"If-Match": tag}).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"If-Match": '"' + "1" * 40 + '"'}])
def test_a_merge_that_does_not_say_one_head_is_refused(live, headers):
    made = propose(live)

    answer = live.http.post(
        f"{PROPOSALS}/{made['id']}/merge", json={"head": made["commit"]} if headers else {}, headers=headers
    )

    assert answer.status_code == 422


def test_a_proposal_that_breaks_rules_is_shown_with_its_findings_and_not_merged(live):
    head = by_hand(live, skill_folder("csv-profile", text="No frontmatter.\n"))
    before = git(live.origin, "rev-parse", BRANCH)

    shown = live.http.get(f"{PROPOSALS}/by-hand").json()
    answer = live.http.post(f"{PROPOSALS}/by-hand/merge", json={"head": head})

    assert shown["ok"] is False
    assert [finding["severity"] for finding in shown["skills"][0]["findings"]].count("error") >= 1
    assert answer.status_code == 422
    assert answer.json()["findings"]
    assert git(live.origin, "rev-parse", BRANCH) == before


def test_a_proposal_is_judged_by_the_policy_of_the_tracked_branch(live):
    waiver = '[rules]\nSK001 = "off"\n'
    by_hand(live, skill_folder("csv-profile", text="No frontmatter.\n"), files={"registry.toml": waiver})

    shown = live.http.get(f"{PROPOSALS}/by-hand").json()

    assert (shown["ok"], shown["elsewhere"]) == (False, ["registry.toml"])


def test_approvals_are_told_with_the_commit_that_they_are_about(live):
    made = {"id": "by-hand", "commit": by_hand(live, skill_folder(body="By hand.\n"))}

    answer = live.http.post(
        f"{PROPOSALS}/{made['id']}/approve", json={"head": made["commit"], "comment": "Looks right."}
    )
    stale = live.http.post(f"{PROPOSALS}/{made['id']}/approve", json={"head": "1" * 40})

    (yes,) = answer.json()["approvals"]
    assert answer.json()["approved"] is True
    assert (yes["by"], yes["commit"], yes["comment"]) == ("anonymous", made["commit"], "Looks right.")
    assert stale.status_code == 412


def test_a_registry_that_asks_for_reviews_merges_nothing_without_one(live):
    live.work.write({"registry.toml": '[review]\nrequired = ["@example/reviewers"]\n'})
    live.work.push()
    made = {"id": "by-hand", "commit": by_hand(live, skill_folder(body="By hand.\n"))}

    early = merge(live, made)
    live.http.post(f"{PROPOSALS}/{made['id']}/approve", json={"head": made["commit"]})

    assert early.status_code == 409
    assert "nobody has approved" in early.json()["detail"]
    assert merge(live, made).status_code == 200


def test_a_closed_proposal_is_shown_and_not_listed(live):
    made = propose(live)

    closed = live.http.post(f"{PROPOSALS}/{made['id']}/close", json={"comment": "Not needed."})

    assert closed.json()["state"] == live.http.get(f"{PROPOSALS}/{made['id']}").json()["state"] == "closed"
    assert closed.json()["ending"]["comment"] == "Not needed."
    assert live.http.get(PROPOSALS).json()["total"] == 0
    assert merge(live, made).status_code == 409


def test_an_id_may_hold_a_slash(live):
    head = by_hand(live, skill_folder(body="By hand.\n"), name="team/by-hand")

    assert live.http.get(f"{PROPOSALS}/team/by-hand").json()["commit"] == head
    assert live.http.post(f"{PROPOSALS}/team%2Fby-hand/merge", json={"head": head}).status_code == 200


@pytest.mark.parametrize("which", ["nothing-here", "..%2F..%2Fmain", "a%00b", "%F0%9F%98%80", "a//b"])
def test_a_proposal_that_does_not_exist_is_not_found(live, which):
    answers = [
        live.http.get(f"{PROPOSALS}/{which}"),
        live.http.post(f"{PROPOSALS}/{which}/merge", json={"head": "0" * 40}),
        live.http.post(f"{PROPOSALS}/{which}/close", json={}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_a_cursor_that_no_listing_gave_is_refused(live):
    assert live.http.get(PROPOSALS, params={"cursor": "bm9wZQ=="}).status_code == 422
