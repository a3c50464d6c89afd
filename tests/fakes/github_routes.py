"""The HTTP side of the fake GitHub: what the App asks. Shapes and statuses are those of docs.github.com/rest."""

import base64
import subprocess
from typing import TYPE_CHECKING, Any

import jwt
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from fakes.github_app import APP_ID, BOT, INSTALLATION_ID, public_key, stamp
from git_fixtures import git
from git_over_http import backend

if TYPE_CHECKING:
    from fakes.github import FakeGitHub, FakeRepository, Pull

_ZERO = "0" * 40


def application(forge: "FakeGitHub") -> FastAPI:
    app = FastAPI()

    @app.exception_handler(HTTPException)
    async def refuse(_: Request, error: HTTPException) -> Response:
        return JSONResponse({"message": error.detail, "documentation_url": ""}, error.status_code, error.headers)

    @app.middleware("http")
    async def remember(request: Request, following: Any) -> Response:
        forge.calls.append((request.method, request.url.path))
        if forge.failing and ".git/" not in request.url.path:
            status, headers, message = forge.failing
            return JSONResponse({"message": message}, status, headers)
        return await following(request)

    _app_routes(app, forge)
    _repository_routes(app, forge)
    _pull_routes(app, forge)
    _review_routes(app, forge)
    _report_routes(app, forge)
    _git_routes(app, forge)
    return app


def _app_routes(app: FastAPI, forge: "FakeGitHub") -> None:
    @app.post("/app/installations/{installation}/access_tokens", status_code=201)
    def token(request: Request, installation: int, wanted: dict[str, Any]) -> dict[str, Any]:
        try:
            claims = jwt.decode(_secret(request), public_key(), algorithms=["RS256"])
        except jwt.InvalidTokenError as error:
            raise HTTPException(401, "A JSON web token could not be decoded") from error
        if claims["iss"] != str(APP_ID) or installation != INSTALLATION_ID:
            raise HTTPException(404, "Not Found")
        ids = wanted.get("repository_ids")
        if not set(ids or ()) <= {repository.id for repository in forge.repositories}:
            raise HTTPException(422, "There is at least one repository that does not exist or is not accessible")
        made, details = forge.issue(ids)
        return {"token": made, "expires_at": stamp(details.expires_at), "permissions": wanted.get("permissions", {})}


def _repository_routes(app: FastAPI, forge: "FakeGitHub") -> None:
    @app.get("/repos/{owner}/{name}")
    def repository(request: Request, owner: str, name: str) -> dict[str, Any]:
        found = _repository(forge, request, owner, name)
        return {
            "id": found.id,
            "name": name,
            "full_name": found.name,
            "url": f"{forge.url}/repos/{found.name}",
            "default_branch": "main",
            "owner": {"login": owner, "id": found.owner_id},
        }


def _pull_routes(app: FastAPI, forge: "FakeGitHub") -> None:
    @app.get("/repos/{owner}/{name}/pulls")
    def listed(request: Request, owner: str, name: str, state: str = "open", base: str = "") -> list[dict[str, Any]]:
        found = _repository(forge, request, owner, name)
        pulls = (pull for pull in found.pulls.values() if state in ("all", pull.state) and base in ("", pull.base))
        return [_pull(forge, found, pull) for pull in sorted(pulls, key=lambda pull: -pull.number)]

    @app.post("/repos/{owner}/{name}/pulls", status_code=201)
    def opened(request: Request, owner: str, name: str, wanted: dict[str, Any]) -> dict[str, Any]:
        found = _repository(forge, request, owner, name)
        try:
            made = found.open(wanted["head"], base=wanted["base"], title=wanted["title"], body=wanted["body"], user=BOT)
        except ValueError as error:
            raise HTTPException(422, f"Validation Failed: {error}") from error
        return _pull(forge, found, made)

    @app.get("/repos/{owner}/{name}/pulls/{number}")
    def shown(request: Request, owner: str, name: str, number: int) -> dict[str, Any]:
        found = _repository(forge, request, owner, name)
        return _pull(forge, found, _numbered(found, number))

    @app.patch("/repos/{owner}/{name}/pulls/{number}")
    def edited(request: Request, owner: str, name: str, number: int, wanted: dict[str, Any]) -> dict[str, Any]:
        found = _repository(forge, request, owner, name)
        pull = _numbered(found, number)
        if wanted.get("state") == "closed" and pull.state == "open":
            found.end(pull, BOT)
        return _pull(forge, found, pull)

    @app.put("/repos/{owner}/{name}/pulls/{number}/merge")
    def merged(request: Request, owner: str, name: str, number: int, wanted: dict[str, Any]) -> dict[str, Any]:
        found = _repository(forge, request, owner, name)
        if forge.rules:
            raise HTTPException(405, forge.rules)
        if forge.overtaken:
            forge.overtaken -= 1
            raise HTTPException(405, "Base branch was modified. Review and try the merge again.")
        return {"merged": True, "sha": _merge(found, _numbered(found, number), wanted), "message": "Merged"}


def _review_routes(app: FastAPI, forge: "FakeGitHub") -> None:
    @app.get("/repos/{owner}/{name}/pulls/{number}/reviews")
    def reviews(request: Request, owner: str, name: str, number: int) -> list[dict[str, Any]]:
        return _numbered(_repository(forge, request, owner, name), number).reviews

    @app.post("/repos/{owner}/{name}/pulls/{number}/reviews")
    def reviewed(request: Request, owner: str, name: str, number: int, wanted: dict[str, Any]) -> dict[str, Any]:
        found = _repository(forge, request, owner, name)
        if _numbered(found, number).user == BOT and wanted["event"] == "APPROVE":
            raise HTTPException(422, "Unprocessable Entity: Can not approve your own pull request")
        state = {"APPROVE": "APPROVED", "COMMENT": "COMMENTED"}[wanted["event"]]
        return found.review(number, state, BOT, wanted.get("body", ""))


def _report_routes(app: FastAPI, forge: "FakeGitHub") -> None:
    @app.get("/repos/{owner}/{name}/commits/{sha}/status")
    def combined(request: Request, owner: str, name: str, sha: str) -> dict[str, Any]:
        found = _repository(forge, request, owner, name)
        # The last status of each context counts.
        last = {status["context"]: status for status in found.statuses if status["sha"] == sha}
        return {"sha": sha, "statuses": list(last.values())}

    @app.get("/repos/{owner}/{name}/issues/{number}")
    def issue(request: Request, owner: str, name: str, number: int) -> dict[str, Any]:
        found = _repository(forge, request, owner, name)
        by = _numbered(found, number).ended_by
        return {"number": number, "closed_by": {"login": by} if by else None, "url": _issue(forge, found, number)}

    @app.get("/repos/{owner}/{name}/issues/{number}/comments")
    def comments(request: Request, owner: str, name: str, number: int) -> list[dict[str, Any]]:
        found = _repository(forge, request, owner, name)
        return [_comment(forge, found, said) for said in found.comments if said["issue"] == number]

    @app.post("/repos/{owner}/{name}/issues/{number}/comments", status_code=201)
    def said(request: Request, owner: str, name: str, number: int, wanted: dict[str, Any]) -> dict[str, Any]:
        found = _repository(forge, request, owner, name)
        return _comment(forge, found, found.comment(number, wanted["body"], BOT, APP_ID))

    @app.patch("/repos/{owner}/{name}/issues/comments/{which}")
    def changed(request: Request, owner: str, name: str, which: int, wanted: dict[str, Any]) -> dict[str, Any]:
        found = _repository(forge, request, owner, name)
        comment = next(comment for comment in found.comments if comment["id"] == which)
        comment["body"] = wanted["body"]
        return _comment(forge, found, comment)

    @app.post("/repos/{owner}/{name}/statuses/{sha}", status_code=201)
    def status(request: Request, owner: str, name: str, sha: str, wanted: dict[str, Any]) -> dict[str, Any]:
        found = _repository(forge, request, owner, name)
        if found.failing_statuses:
            found.failing_statuses -= 1
            raise HTTPException(502, "Bad Gateway")
        if len(wanted.get("description", "")) > 140:
            raise HTTPException(422, "Validation Failed: description is too long (maximum is 140 characters)")
        found.statuses.append({"sha": sha, **wanted})
        return {"id": len(found.statuses), "url": f"{forge.url}/repos/{found.name}/statuses/{sha}", **wanted}

    @app.get("/repos/{owner}/{name}/commits/{sha}/pulls")
    def of_commit(request: Request, owner: str, name: str, sha: str) -> list[dict[str, Any]]:
        found = _repository(forge, request, owner, name)
        return [_pull(forge, found, pull) for pull in found.pulls.values() if sha in (pull.merge_commit, pull.head)]


def _git_routes(app: FastAPI, forge: "FakeGitHub") -> None:
    @app.api_route("/{owner}/{name}.git/{service:path}", methods=["GET", "POST"])
    async def smart(request: Request, owner: str, name: str, service: str) -> Response:
        found = _for_git(forge, request, owner, name)
        body = await request.body()
        return await run_in_threadpool(_served, forge, found, request, body, service)


def _served(forge: "FakeGitHub", found: "FakeRepository", request: Request, body: bytes, service: str) -> Response:
    before = _branches(found) if service == "git-receive-pack" else {}
    status, headers, content = backend(
        forge.root, request.method, request.url.path, query=request.url.query, headers=request.headers, body=body
    )
    if service == "git-receive-pack":
        found.refresh()
        after = _branches(found)
        for ref in sorted(before.keys() | after.keys()):
            if before.get(ref) != after.get(ref):
                found.hooks.push(found, ref, before.get(ref, _ZERO), after.get(ref, _ZERO))
    return Response(content, status, headers)


def _merge(found: "FakeRepository", pull: "Pull", wanted: dict[str, Any]) -> str:
    with found.lock:
        found.refresh()
        if pull.state != "open":
            raise HTTPException(405, "Pull Request is not mergeable")
        if wanted.get("sha") not in (None, pull.head):
            raise HTTPException(409, "Head branch was modified. Review and try the merge again.")
        base = found.sha(pull.base)
        tree = subprocess.run(
            ["git", "-C", found.path, "merge-tree", "--write-tree", base, pull.head],
            capture_output=True,
            text=True,
            check=False,
        )
        if tree.returncode:
            raise HTTPException(405, "Pull Request has merge conflicts")
        message = f"{wanted.get('commit_title', pull.title)}\n\n{wanted.get('commit_message', '')}"
        commit = git(found.path, "commit-tree", tree.stdout.split()[0], "-p", base, "-p", pull.head, "-m", message)
        git(found.path, "update-ref", f"refs/heads/{pull.base}", commit, base)
        found.end(pull, BOT, commit)
    found.hooks.push(found, f"refs/heads/{pull.base}", base, commit)
    return commit


def _pull(forge: "FakeGitHub", found: "FakeRepository", pull: "Pull") -> dict[str, Any]:
    with found.lock:
        found.refresh()
    return {
        "number": pull.number,
        "id": 1000 + pull.number,
        "url": f"{forge.url}/repos/{found.name}/pulls/{pull.number}",
        "issue_url": _issue(forge, found, pull.number),
        "html_url": f"{forge.url}/{found.name}/pull/{pull.number}",
        "state": pull.state,
        "title": pull.title,
        "body": pull.body,
        "user": {"login": pull.user},
        "head": {"ref": pull.branch, "sha": pull.head},
        "base": {"ref": pull.base, "sha": pull.base_sha},
        "created_at": stamp(pull.created_at),
        "closed_at": stamp(pull.ended_at),
        "merged": pull.merge_commit is not None,
        "merged_at": stamp(pull.ended_at) if pull.merge_commit else None,
        "merged_by": {"login": pull.ended_by} if pull.merge_commit else None,
        "merge_commit_sha": pull.merge_commit,
    }


def _issue(forge: "FakeGitHub", found: "FakeRepository", number: int) -> str:
    return f"{forge.url}/repos/{found.name}/issues/{number}"


def _comment(forge: "FakeGitHub", found: "FakeRepository", comment: dict[str, Any]) -> dict[str, Any]:
    return {**comment, "url": f"{forge.url}/repos/{found.name}/issues/comments/{comment['id']}"}


def _numbered(found: "FakeRepository", number: int) -> "Pull":
    if number not in found.pulls:
        raise HTTPException(404, "Not Found")
    return found.pulls[number]


def _repository(forge: "FakeGitHub", request: Request, owner: str, name: str) -> "FakeRepository":
    """The repository, if the token opens it; GitHub says of others that they do not exist."""
    token, found = _secret(request), forge.named(f"{owner}/{name}")
    if not forge.valid(token):
        raise HTTPException(401, "Bad credentials")
    if found is None or not forge.opens(token, found):
        raise HTTPException(404, "Not Found")
    return found


def _for_git(forge: "FakeGitHub", request: Request, owner: str, name: str) -> "FakeRepository":
    try:
        return _repository(forge, request, owner, name)
    except HTTPException as error:
        # Git asks for credentials when it hears this, and dulwich says what it is about.
        challenge = {"WWW-Authenticate": 'Basic realm="GitHub"'} if error.status_code == 401 else None
        raise HTTPException(error.status_code, error.detail, challenge) from error


def _secret(request: Request) -> str:
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        user, _, secret = base64.b64decode(secret).decode().partition(":")
        return secret if user == "x-access-token" else ""
    return secret


def _branches(found: "FakeRepository") -> dict[str, str]:
    lines = git(found.path, "for-each-ref", "--format=%(refname) %(objectname)", "refs/heads").splitlines()
    return dict(line.split() for line in lines)
