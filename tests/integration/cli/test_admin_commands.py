"""Commands that ask a running server."""

import json

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from admin_service import serving
from builders import script, skill_folder
from catalog_builders import lease_of
from command_line import mcpskills
from mcpskills import process
from mcpskills.version import Evaluation


@pytest.fixture
def closed_port():
    with process.bind("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
    return f"http://127.0.0.1:{port}"


def test_list_shows_what_is_served_and_what_is_not(service):
    service.publish(skill_folder(), skill_folder("csv-profile"))
    service.quarantine("skills/broken-one", "The description is missing.")
    service.http.delete("/admin/skills/csv-profile", params={"reason": "Too slow."})

    code, out, _ = mcpskills("list", url=service.url)

    lines = [line.split() for line in out.splitlines()]
    assert code == 0
    assert lines[0] == ["Name", "Status", "Live", "Label", "Folder", "Note"]
    assert [line[:3] for line in lines[1:-1]] == [
        ["broken-one", "ERROR", "-"],
        ["csv-profile", "INACTIVE", "-"],
        ["pdf-forms", "ACTIVE", "1"],
    ]
    assert "The description is missing." in out
    assert "offline by anonymous: Too slow." in out


def test_list_follows_every_page(service):
    for page in range(5):
        for number in range(50):
            service.quarantine(f"skills/broken-{page}-{number}", "No.")

    code, out, _ = mcpskills("list", "--status", "error", "--json", url=service.url)

    assert code == 0
    assert len(json.loads(out)["skills"]) == 250


def test_list_narrows_by_words_and_says_when_nothing_is_left(service):
    service.publish(skill_folder(), skill_folder("csv-profile"))

    _, found, _ = mcpskills("list", "csv", url=service.url)
    _, nothing, _ = mcpskills("list", "excel", url=service.url)

    assert "csv-profile" in found
    assert "pdf-forms" not in found
    assert nothing == "No skill matches.\n"


def test_list_of_an_empty_server_says_how_to_begin(service):
    assert mcpskills("list", url=service.url)[1] == "There is no skill yet: push one to the registry repository.\n"


def test_show_tells_fields_and_files(service):
    service.publish(skill_folder(extra="license: MIT", files={"scripts/fill.py": script("print()\n")}))

    code, out, _ = mcpskills("show", "pdf-forms", url=service.url)

    fields = dict(line.rstrip().split(maxsplit=1) for line in out.splitlines() if " " in line.strip())
    assert code == 0
    assert fields["License"] == "MIT"
    assert fields["Folder"] == "skills/pdf-forms"
    assert fields["scripts/fill.py"].split() == ["script", "8", "yes"]


def test_versions_mark_the_live_and_the_wanted_one(service):
    service.publish(skill_folder(body="one"))
    service.publish(skill_folder(body="two"))
    service.http.post("/admin/skills/pdf-forms/rollback", json={"reason": "Version 2 fails."})

    code, out, _ = mcpskills("versions", "pdf-forms", url=service.url)

    assert code == 0
    assert [line.split()[:2] for line in out.splitlines()[1:]] == [["2", "wanted"], ["1", "live"]]


def test_versions_and_show_tell_what_evals_came_to(service):
    failure = "evals/a.yaml:2: `fill`: not among the first 50"
    service.registry.publish_folder(skill_folder(body="one"))
    service.registry.publish_folder(skill_folder(body="two"), evaluation=Evaluation(2, 1, 3, (failure,)))
    service.refresh()

    _, listed, _ = mcpskills("versions", "pdf-forms", url=service.url)
    _, shown, _ = mcpskills("show", "pdf-forms", url=service.url)

    rows = [line.rstrip() for line in listed.splitlines()]
    assert rows[0].endswith("Evals")
    assert rows[1].endswith("2 passed, 1 failed, 3 not run")
    assert rows[2].split()[-1].isdigit()
    assert "2 passed, 1 failed, 3 not run" in shown
    assert failure in shown


def test_rollback_serves_the_older_version_and_names_the_proposal(service):
    service.publish(skill_folder(body="one"))
    service.publish(skill_folder(body="two"))

    first = mcpskills("rollback", "pdf-forms", "--reason", "Version 2 fails.", url=service.url)
    second = mcpskills("rollback", "pdf-forms", "--to", "1", "--reason", "Version 2 fails.", url=service.url)

    branch = service.proposals()[0]
    assert first[0] == second[0] == 0
    assert first[1] == (
        f"pdf-forms serves version 1 instead of 2 now.\nTo bring Git to the same content, merge {branch}.\n"
        "End the rollback with `mcpskills lift pdf-forms`; merging a proposal does not end it.\n"
    )
    assert second[1].startswith("pdf-forms is held at version 1 already.\n")
    assert service.catalog.skill("default", "pdf-forms").live == 1


def test_a_rollback_that_waits_for_newer_content_says_so(service):
    service.publish(skill_folder(body="one"))
    service.publish(skill_folder(body="two"))

    _, out, _ = mcpskills("rollback", "pdf-forms", "--reason", "Bad.", "--until", "superseded", url=service.url)

    assert out.endswith(
        "Content newer than version 2 ends the rollback, and so does `mcpskills lift pdf-forms`; merging this proposal does "
        "not.\n"
    )


def test_rollback_passes_on_when_it_ends(service):
    service.publish(skill_folder(body="one"))
    service.publish(skill_folder(body="two"))

    _, out, _ = mcpskills(
        "rollback", "pdf-forms", "--reason", "Bad.", "--until", "superseded", "--json", url=service.url
    )

    assert json.loads(out)["skill"]["hold"]["until"] == "superseded"


def test_lift_ends_a_rollback_and_says_when_there_is_none(service):
    service.publish(skill_folder(body="one"))
    service.publish(skill_folder(body="two"))
    service.http.post("/admin/skills/pdf-forms/rollback", json={"reason": "Version 2 fails."})

    first = mcpskills("lift", "pdf-forms", url=service.url)
    second = mcpskills("lift", "pdf-forms", url=service.url)

    assert first == (0, "pdf-forms serves version 2 now, which Git wants.\n", "")
    assert second == (0, "pdf-forms is under no hold; version 2 is live.\n", "")
    assert service.catalog.skill("default", "pdf-forms").live == 2


def test_lift_says_that_a_rollback_is_in_force_again_after_a_skill_was_offline(service):
    service.publish(skill_folder(body="one"))
    service.publish(skill_folder(body="two"))
    service.http.post("/admin/skills/pdf-forms/rollback", json={"reason": "Version 2 fails."})
    service.http.delete("/admin/skills/pdf-forms")

    _, out, _ = mcpskills("lift", "pdf-forms", url=service.url)

    assert out == ("pdf-forms serves version 1 again, held at version 1 by anonymous: Version 2 fails.\n")


def test_lift_as_json_is_what_the_api_answers(service):
    service.publish(skill_folder())

    _, out, _ = mcpskills("lift", "pdf-forms", "--json", url=service.url)

    assert json.loads(out) == httpx2.post(f"{service.url}/admin/skills/pdf-forms/lift").json()


def test_list_says_first_that_nothing_new_goes_live_and_why(service):
    service.publish(skill_folder())
    service.catalog.freeze(lease_of(service.catalog), "The history was rewritten.")

    _, out, _ = mcpskills("list", url=service.url)
    _, narrowed, _ = mcpskills("list", "nothing-like-it", "--json", url=service.url)

    assert out.splitlines()[:3] == [
        "Nothing new goes live; what is live stays live. The reason:",
        "The history was rewritten.",
        "",
    ]
    assert "pdf-forms" in out
    assert json.loads(narrowed) == {
        "skills": [],
        "frozen": "The history was rewritten.",
        "generation": 1,
    }


def test_rollback_without_a_reason_is_wrong_usage(service):
    code, _, err = mcpskills("rollback", "pdf-forms", url=service.url)

    assert code == 2
    assert "--reason" in err


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["show", "nothing-here"], "There is no skill 'nothing-here'."),
        (["versions", "../../info"], "There is no skill '../../info'."),
        (["show", "pdf-forms/versions"], "There is no skill 'pdf-forms/versions'."),
        (["show", ".."], "There is no skill '..'."),
        (["show", "?x=#"], "There is no skill '?x=#'."),
        (["lift", "nothing-here"], "There is no skill 'nothing-here'."),
        (
            ["rollback", "pdf-forms", "--reason", "x", "--to", "9"],
            "The skill 'pdf-forms' has no version 9; its newest is 1.",
        ),
        (
            ["rollback", "pdf-forms", "--reason", "x"],
            "Version 1 of 'pdf-forms' is the first one that is good; there is none before it.",
        ),
    ],
)
def test_what_the_server_refuses_is_printed_in_its_words(service, command, sentence):
    service.publish(skill_folder())

    code, out, err = mcpskills(*command, url=service.url)

    assert (code, out, err) == (1, "", f"error: {sentence}\n")


@pytest.mark.parametrize(
    "command", [["list"], ["show", "a"], ["versions", "a"], ["rollback", "a", "--reason", "x"], ["lift", "a"]]
)
def test_without_a_server_one_sentence_says_what_to_do(closed_port, command):
    code, out, err = mcpskills(*command, "--url", closed_port, "--json")

    assert (code, out) == (1, "")
    assert err == (
        f"error: No server answers at {closed_port}: start it with `mcpskills up`, or say where it is with --url.\n"
    )


@pytest.mark.parametrize("url", ["nonsense", "ftp://127.0.0.1", "http://127.0.0.1:port", "//127.0.0.1"])
def test_a_url_that_is_none_is_said_to_be_none(url):
    code, _, err = mcpskills("list", "--url", url)

    assert code == 1
    assert (
        err == f"error: {url!r} is not the URL of a server; it looks like http://127.0.0.1:8000. Say it with --url.\n"
    )


def test_another_server_is_recognised_as_such():
    app = FastAPI()
    app.add_api_route("/admin/skills", lambda: PlainTextResponse("Hello"))

    with serving(app) as url:
        code, _, err = mcpskills("list", "--url", url)

    assert code == 1
    assert err == f"error: What answers at {url} is no server of Open MCP Skills; say where it is with --url.\n"


def test_proxies_of_the_environment_are_passed_by(service):
    code, _, _ = mcpskills("list", url=service.url, HTTP_PROXY="http://127.0.0.1:1", http_proxy="http://127.0.0.1:1")

    assert code == 0


def test_text_of_skills_can_neither_style_nor_steer_the_terminal(service):
    service.quarantine("skills/evil", "[bold red]not markup[/] \x1b[2J\u202e :smile:")

    _, out, _ = mcpskills("list", url=service.url, FORCE_COLOR="")

    assert "[bold red]not markup[/] \\x1b[2J\\u202e :smile:" in out
    assert "\x1b" not in out


def test_json_of_a_command_is_what_the_api_answers(service):
    service.publish(skill_folder())

    _, out, _ = mcpskills("show", "pdf-forms", "--json", url=service.url)

    assert json.loads(out) == httpx2.get(f"{service.url}/admin/skills/pdf-forms").json()
