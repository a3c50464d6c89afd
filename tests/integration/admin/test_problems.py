"""Every error is answered as a problem document."""

import httpx2
import pytest
from fastapi import FastAPI

from admin_service import serving
from mcpskills import errors
from mcpskills_server import problem, problems

_EXPECTED = {
    errors.InvalidInputError: 422,
    errors.TooLargeError: 413,
    errors.RevokedError: 410,
    errors.NotFoundError: 404,
    errors.ForbiddenError: 403,
    errors.ConflictError: 409,
    errors.HistoryRewrittenError: 409,
    errors.LeaseLostError: 409,
    errors.PreconditionFailedError: 412,
    errors.CorruptedError: 502,
    errors.UnavailableError: 503,
}


def raising(error):
    app = FastAPI()
    problems.install(app)

    @app.get("/")
    async def fail() -> None:
        raise error

    return app


@pytest.mark.parametrize("path", ["/nothing", "/.well-known/oauth-protected-resource", "/admin", "/admin/skills/a/b/c"])
def test_a_path_that_nothing_answers_is_a_problem_too(service, path):
    answer = service.http.get(path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:mcpskills:problem:not-found",
        "title": "Not Found",
        "status": 404,
        "detail": f"Nothing answers at {path}.",
        "instance": path,
    }


def test_a_method_that_is_not_answered_says_which_ones_are(service):
    answer = service.http.put("/admin/skills/pdf-forms/rollback")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert answer.json()["type"] == "urn:mcpskills:problem:method-not-allowed"


def test_refused_values_are_named_one_by_one(service):
    answer = service.http.get("/admin/skills", params={"status": "GONE", "limit": 0})

    assert answer.status_code == 422
    assert [error["location"] for error in answer.json()["errors"]] == ["query.status", "query.limit"]


@pytest.mark.parametrize("kind", _EXPECTED)
def test_each_error_of_ours_has_its_status(kind):
    with serving(raising(kind("What was found and what to do."))) as url:
        answer = httpx2.get(url)

    assert answer.status_code == _EXPECTED[kind]
    assert answer.json()["detail"] == "What was found and what to do."
    assert answer.json()["title"]


def test_every_error_of_the_tree_has_a_row():
    assert (
        set(_EXPECTED)
        == set(problem.STATUSES)
        == {kind for kind in vars(errors).values() if isinstance(kind, type) and kind is not errors.McpSkillsError}
    )


def test_an_error_that_nobody_expected_says_nothing_of_the_inside():
    with serving(raising(RuntimeError("password=hunter2"))) as url:
        answer = httpx2.get(url)

    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "hunter2" not in answer.text
    assert answer.json()["detail"] == "Something went wrong here; the server's log says what."


def test_a_message_with_bytes_that_are_no_text_can_be_answered():
    with serving(raising(errors.InvalidInputError("The name a\udcff is odd."))) as url:
        answer = httpx2.get(url)

    assert answer.status_code == 422
    assert "is odd" in answer.text
