"""Looking on while requests are recorded: by whichever replica, from where one left off, and as far as one may see."""

import contextlib
import json
import uuid
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from builders import skill_folder
from catalog_builders import GRACE
from fleet_member import until
from key_builders import bearing
from mcpskills.access import Role
from mcpskills.adapters.redis.tail import RedisTail
from mcpskills.api_key import WholeKey
from mcpskills_server.admin.following import MOST_OF_ONE
from recorded_server import Recorded, ask, principal, recorded
from stand_ins.valkey import Valkey

AT = "skill://pdf-forms/SKILL.md"


class Looking:
    """Somebody who looks on, and reads one record after the other."""

    def __init__(self, answer: httpx2.Response) -> None:
        self.answer = answer
        self._lines = answer.iter_lines()
        # What comes from now on is heard.
        assert next(self._lines).startswith("retry:")

    def record(self) -> dict[str, Any]:
        identifier = next(line for line in self._lines if line.startswith("id:"))
        row = json.loads(next(self._lines).removeprefix("data:"))
        assert identifier == f"id: {row['id']}"
        return row

    def rest(self) -> list[str]:
        return [line for line in self._lines if line.startswith("id:")]


@contextlib.contextmanager
def looking_on(
    server: Recorded, key: WholeKey | None = None, last: str | None = None, **wanted: Any
) -> Iterator[Looking]:
    headers = bearing(key or server.owner) | ({} if last is None else {"last-event-id": last})
    with server.http.stream("GET", "/admin/logs/follow", params=wanted, headers=headers) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Looking(answer)


def heard(server: Recorded, looking: Looking, key: WholeKey) -> dict[str, Any]:
    """The first record that is heard after it is certain that something is."""
    ask(server.http, key, "resources/read", uri=AT)
    return looking.record()


def test_requests_are_told_as_they_are_recorded(server: Recorded):
    key = server.key()
    with looking_on(server, principal=principal(key)) as looking:
        ask(server.http, server.key(), "tools/list")
        ask(server.http, key, "resources/read", uri=AT)

        row = looking.record()

    assert [row] == server.logs(principal=principal(key))


def test_callers_are_named_to_who_may_read_keys_and_found_by_their_names(server: Recorded):
    key, publisher = server.key(name="The build"), server.key(Role.PUBLISHER)
    with (
        looking_on(server, principal="the build") as looking,
        looking_on(server, publisher, principal=principal(key)) as looking_elsewhere,
    ):
        ask(server.http, server.key(), "tools/list")
        ask(server.http, key, "resources/read", uri=AT)

        told, told_to_others = looking.record(), looking_elsewhere.record()

    assert (told["principal"], told["principal_name"]) == (principal(key), "The build")
    assert told_to_others == told | {"principal_name": None}


def test_who_comes_back_is_told_of_what_was_missed_once_and_in_order(server: Recorded):
    key = server.key()
    with looking_on(server, principal=principal(key)) as looking:
        last = heard(server, looking, key)["id"]
    for method in ("tools/list", "prompts/list", "resources/list"):
        ask(server.http, key, method)
        server.until_logged(1, principal=principal(key), text=method)

    with looking_on(server, last=last, principal=principal(key)) as looking:
        missed = [looking.record()["method"] for _ in range(3)]
        ask(server.http, key, "ping")
        then = looking.record()["method"]

    assert (missed, then) == (["tools/list", "prompts/list", "resources/list"], "ping")


def test_who_is_let_in_no_more_is_told_no_more(server: Recorded):
    key = server.key()
    with looking_on(server, key, principal=principal(key)) as looking:
        server.principals.revoke_key(server.settings.tenant, key.id, "lost", GRACE)

        assert looking.rest() == []


@pytest.mark.parametrize(("role", "status"), [(Role.DEVELOPER, 403), (Role.PUBLISHER, 422)])
def test_looking_on_takes_a_scope_and_an_id_that_is_one(server: Recorded, role: Role, status: int):
    headers = bearing(server.key(role)) | {"last-event-id": "nonsense"}

    assert server.http.get("/admin/logs/follow", headers=headers).status_code == status


def test_a_caller_looks_on_so_many_times_and_again_when_a_stream_ended(server: Recorded):
    key = server.key()
    mine = {"principal": principal(key)}
    with contextlib.ExitStack() as held:
        looking = [held.enter_context(looking_on(server, key, **mine)) for _ in range(MOST_OF_ONE)]

        refused = server.http.get("/admin/logs/follow", headers=bearing(key))
        with looking_on(server, server.key(), **mine) as another:
            rows = [heard(server, another, key), *(each.record() for each in looking)]

    assert (refused.status_code, refused.headers["content-type"]) == (429, "application/problem+json")
    assert "end one of these streams" in refused.json()["detail"]
    assert rows == [rows[0]] * (MOST_OF_ONE + 1)

    def statuses() -> int:
        with server.http.stream("GET", "/admin/logs/follow", headers=bearing(key)) as answer:
            return answer.status_code

    until(lambda: statuses() == httpx2.codes.OK, lambda: "no place became free")


def test_what_is_restricted_meanwhile_is_not_told_any_more(registry):
    for name in ("pdf-forms", "secret-plans"):
        registry.publish_folder(skill_folder(name))
    with recorded(registry) as server:
        outsider, member = server.key(Role.PUBLISHER, groups=["sales"]), server.key()
        with looking_on(server, outsider) as looking:
            heard(server, looking, member)
            said = {"groups": ["finance"], "reason": "Plans."}
            path = "/admin/skills/secret-plans/access"
            assert server.http.put(path, json=said, headers=bearing(server.owner)).status_code == 200
            ask(server.http, member, "resources/read", uri="skill://secret-plans/SKILL.md")
            server.until_logged(1, skill="secret-plans")
            ask(server.http, member, "resources/read", uri=AT)

            assert looking.record()["skill"] == "pdf-forms"


def test_a_replica_tells_of_what_another_one_was_asked(registry, valkey: Valkey):
    registry.publish_folder(skill_folder("pdf-forms"))
    prefix = uuid.uuid4().hex
    with contextlib.ExitStack() as held:
        tails = [held.enter_context(contextlib.closing(RedisTail(valkey.url, "default", prefix=prefix))) for _ in "12"]
        one, other = [held.enter_context(recorded(registry, tail=tail)) for tail in tails]
        key = one.key()
        with looking_on(other) as looking:
            ask(one.http, key, "resources/read", uri=AT)

            row = looking.record()

    assert (row["principal"], row["skill"]) == (principal(key), "pdf-forms")


def test_a_server_that_stops_ends_what_somebody_follows(registry):
    registry.publish_folder(skill_folder("pdf-forms"))
    with contextlib.ExitStack() as held, recorded(registry) as server:
        looking = held.enter_context(looking_on(server))
        heard(server, looking, server.key())
        server.stop()
        assert looking.rest() == []
