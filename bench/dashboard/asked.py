"""What the dashboard's pages ask of the admin API, and how long each answer takes."""

import itertools
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import httpx2
from past import SHOWN, corpus
from proposed import PROPOSALS, changed

from mcpskills import package
from mcpskills.folder import SkillFolder
from recorded_server import ask

EXPORTED: Final = 1024 * 1024
"""Bytes of an export that are waited for."""
PAUSE: Final = 11.0
"""Seconds after which nothing is left of what is kept for ten."""
CALLS: Final = 20
"""Of as many skills, in the pause: figures change."""

_SKILL: Final = corpus.name(SHOWN)
_BUSY: Final = corpus.name(0)


@dataclass(frozen=True, slots=True)
class Request:
    """`what` says it in the table. `{number}` in a parameter is another number each time. A `zipped` skill is sent along."""

    what: str
    path: str
    parameters: Mapping[str, Any]
    zipped: bytes | None = None
    status: HTTPStatus = HTTPStatus.OK


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds: the first answer of a server, one after a pause, and the middle and the slowest of many."""

    what: str
    first: float
    paused: float
    middle: float
    slowest: float


def requests(http: httpx2.Client) -> Iterator[Request]:
    """Page by page."""
    names = ",".join(corpus.name(number) for number in range(20))
    yield Request("skills", "/skills", {"limit": 20})
    yield Request("skills, after 4,000", "/skills", {"limit": 20, **_deep(http)})
    yield Request("skills with two words", "/skills", {"limit": 20, "q": "does skill-0042"})
    yield Request("skills with words that are new", "/skills", {"limit": 20, "q": "does skill-00{number}"})
    yield Request("skills by status", "/skills", {"limit": 20, "status": "ERROR"})
    yield Request("skills by time of change", "/skills", {"limit": 20, "sort": "updated_at", "order": "desc"})
    yield Request("skills by owner", "/skills", {"limit": 20, "sort": "owner"})
    yield Request("skills listed by calls", "/skills", {"limit": 20, "sort": "calls"})
    by_p95 = {"limit": 20, "sort": "p95", "q": "does skill-00{number}"}
    yield Request("skills listed by p95, with words that are new", "/skills", by_p95)
    yield Request("20 skills by their names", "/skills", {"limit": 20, "names": names})
    yield Request("figures of 20 skills", "/statistics/skills", {"period": "7d", "names": names})
    for sort in ("calls", "p95"):
        asked = {"period": "7d", "sort": sort, "order": "desc", "limit": 20}
        yield Request(f"skills by {sort}", "/statistics/skills", asked)
    yield Request("one skill", f"/skills/{_SKILL}", {})
    yield Request("its instructions", f"/skills/{_SKILL}/instructions", {})
    yield Request("its versions", f"/skills/{_SKILL}/versions", {})
    yield Request("its files", f"/skills/{_SKILL}/versions/1/files", {})
    yield Request("one of its files", f"/skills/{_SKILL}/versions/1/files/SKILL.md", {})
    yield Request("who vouches for it", f"/skills/{_SKILL}/versions/1/provenance", {})
    for period in ("24h", "7d", "30d", "90d"):
        yield Request(f"its calls of {period}", f"/skills/{_SKILL}/statistics", {"period": period})
    for period in ("24h", "7d", "30d", "90d"):
        yield Request(f"all calls of {period}", "/statistics", {"period": period})
        yield Request(f"never called in {period}", "/statistics/never-used", {"period": period, "limit": 20})
    yield from _logs(http)
    yield from _proposals(http)
    yield from _drafts()
    yield Request("releases", "/releases", {"limit": 20})
    yield Request("refused folders", "/quarantine", {"limit": 20})
    yield Request("publishers", "/publishers", {})
    yield Request("replicas", "/replicas", {})
    yield Request("audit, newest", "/audit", {"order": "newest", "limit": 20})
    yield Request("audit of a skill", "/audit", {"order": "newest", "limit": 20, "skill": _SKILL})
    yield Request("audit of an actor without entries", "/audit", {"order": "newest", "limit": 20, "actor": "nobody"})
    yield Request("keys", "/keys", {"limit": 20})
    yield Request("users", "/users", {"limit": 20})
    yield Request("secrets", "/secrets", {})
    yield Request("tenant", "/tenant", {})
    yield Request("roles", "/roles", {})
    yield Request("who asks", "/me", {})


def _logs(http: httpx2.Client) -> Iterator[Request]:
    newest = http.get("/logs", params={"limit": 100}).raise_for_status().json()
    one, principal = newest["invocations"][0]["id"], newest["invocations"][0]["principal"]
    filters: Mapping[str, Mapping[str, str]] = {
        "newest": {},
        "next page": {"cursor": newest["next_cursor"]} if newest["next_cursor"] else {},
        "of a skill that is called often": {"skill": _BUSY},
        "of a skill that is called rarely": {"skill": corpus.name(9_000)},
        "that failed": {"status": "ERROR"},
        "that took too long": {"status": "TIMEOUT"},
        "of a principal": {"principal": principal},
        "of a skill and a principal that fail": {"skill": _BUSY, "principal": principal, "status": "ERROR"},
        "with a text": {"text": _SKILL},
        "with a text that none has": {"text": "nobody says this"},
        "of a session that is not known": {"session": "none"},
    }
    for what, asked in filters.items():
        yield Request(f"logs {what}", "/logs", {"limit": 100, **asked})
    yield Request("one record", f"/logs/{one}", {})
    yield Request("export, first MiB", "/logs/export", {})
    yield Request("export of a skill, first MiB", "/logs/export", {"skill": _BUSY})


def _proposals(http: httpx2.Client) -> Iterator[Request]:
    newest = http.get("/proposals", params={"limit": PROPOSALS}).raise_for_status().json()["proposals"]
    by_title = {each["title"]: each["id"] for each in newest}
    refused, taken_away = (corpus.name(SHOWN + place) for place in (1, 3))
    yield Request("proposals", "/proposals", {"limit": 20})
    yield Request("all proposals", "/proposals", {"limit": PROPOSALS})
    yield Request("one proposal", f"/proposals/{by_title[f'Update {_SKILL}']}", {})
    yield Request("one that rules refuse", f"/proposals/{by_title[f'Shorten {refused}']}", {})
    yield Request("one that takes a skill away", f"/proposals/{by_title[f'Remove {taken_away}']}", {})


def _drafts() -> Iterator[Request]:
    """What editor, new skill and upload ask."""
    shown = next(itertools.islice(corpus.folders(SHOWN + 1), SHOWN, None))
    draft = package.build(SkillFolder(shown.path, changed(shown))).archive
    yield Request("all files of a version", f"/skills/{_SKILL}/versions/1/package", {})
    yield Request("a name that is free", "/skills/nobody-has-this", {}, status=HTTPStatus.NOT_FOUND)
    yield Request("a draft is judged", "/skills/validate", {}, draft)
    # It is open already, and so the same each time.
    yield Request("a draft is proposed", "/skills/upload", {"title": f"Update {_SKILL}"}, draft)


def _deep(http: httpx2.Client) -> Mapping[str, str]:
    """Where the page after 4,000 skills begins, or the first one where there are fewer."""
    asked = dict[str, str]()
    for _ in range(20):
        cursor = http.get("/skills", params={"limit": "200", **asked}).raise_for_status().json()["next_cursor"]
        asked = {} if cursor is None else {"cursor": cursor}
    return asked


def measure(http: httpx2.Client, url: str, key: str, times: int) -> Sequence[Took]:
    """One after another; the server is asked by nobody else, but for some calls of skills in the pause."""
    asked = list(requests(http))
    first = [_milliseconds(http, each, times) for each in asked]
    _wait_for_checks(http)
    warm = [[_milliseconds(http, each, number) for number in range(times)] for each in asked]
    with httpx2.Client(base_url=url) as client:
        for number in range(CALLS):
            ask(
                client, key, "tools/call", name="load_skill", arguments={"name": corpus.name(number)}
            ).raise_for_status()
    time.sleep(PAUSE)
    paused = [_milliseconds(http, each, times + 1) for each in asked]
    return [
        Took(each.what, once, late, statistics.median(many), max(many))
        for each, once, late, many in zip(asked, first, paused, warm, strict=True)
    ]


def _wait_for_checks(http: httpx2.Client) -> None:
    """Until the rules have looked at all proposals, which they do beside requests once somebody has listed them."""
    waits = True
    while waits:
        time.sleep(0.2)
        listed = http.get("/proposals", params={"limit": PROPOSALS}).raise_for_status().json()["proposals"]
        waits = any(each["check"]["status"] == "pending" for each in listed)


def _milliseconds(http: httpx2.Client, request: Request, number: int) -> float:
    """Until the whole answer is here, or as much of it as is waited for."""
    parameters = {name: str(value).replace("{number}", f"{number:04}") for name, value in request.parameters.items()}
    files = {"file": ("skill.zip", request.zipped, package.MEDIA_TYPE)} if request.zipped else None
    method = "POST" if files else "GET"
    began = time.perf_counter()
    with http.stream(method, request.path, params=parameters, files=files) as answer:
        if answer.status_code != request.status:
            raise SystemExit(f"{request.what}: expected {request.status}, got {answer.status_code}")
        read = 0
        for part in answer.iter_bytes():
            read += len(part)
            if read >= EXPORTED:
                break
    return (time.perf_counter() - began) * 1000
