"""Real servers that hold callers to their plans: how many requests get through, and what the others are told."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

from fleet_member import until
from limited_servers import flood, ping, plan, server, unfinished
from mcpskills_server.auth.limits.answers import TOO_MANY
from stand_ins.valkey import valkey_server


def test_of_a_thousand_requests_of_fifty_callers_at_once_exactly_a_hundred_get_through(tmp_path):
    with server(tmp_path, **plan(100, 1000)) as member:
        assert flood([member], 50, 1000) == {200: 100, 429: 900}


def test_two_processes_that_share_redis_let_exactly_a_hundred_through_together(tmp_path):
    with valkey_server() as valkey:
        settings = {"MCPSKILLS_REDIS_URL": valkey.url, **plan(100, 1000)}
        with server(tmp_path / "one", **settings) as one, server(tmp_path / "other", **settings) as other:
            assert flood([one, other], 50, 1000) == {200: 100, 429: 900}
            assert counted_by_anybody(one) == 429


def counted_by_anybody(member):
    return httpx2.get(member.url + "/info").status_code


def test_whoever_asked_too_much_of_mcp_hears_so_in_json_rpc(tmp_path):
    with server(tmp_path, **plan(1, 1000)) as member:
        ping(member)

        refused = ping(member)

    assert refused.status_code == 429
    assert refused.headers["content-type"] == "application/json"
    wait = int(refused.headers["retry-after"])
    assert 0 < wait <= 60
    assert refused.json() == {
        "jsonrpc": "2.0",
        "id": None,
        "error": {
            "code": TOO_MANY,
            "message": f"You may make 1 requests per minute; ask again in {wait} s.",
            "data": {"retryAfter": wait},
        },
    }


def test_whoever_asked_too_much_elsewhere_hears_so_as_a_problem(tmp_path):
    with server(tmp_path, **plan(1, 1000)) as member:
        ping(member)

        refused = httpx2.get(member.url + "/admin/skills")

    assert refused.status_code == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["type"] == "urn:mcpskills:problem:too-many-requests"
    assert refused.headers["x-ratelimit-limit"] == "1"
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert int(refused.headers["retry-after"]) <= 60


def test_answers_of_the_admin_api_say_how_their_caller_stands(tmp_path):
    with server(tmp_path, **plan(100, 3)) as member:
        answers = [httpx2.get(member.url + "/admin/skills") for _ in range(2)]

    assert [each.headers["x-ratelimit-limit"] for each in answers] == ["3", "3"]
    assert [each.headers["x-ratelimit-remaining"] for each in answers] == ["2", "1"]
    reset = datetime.fromtimestamp(int(answers[0].headers["x-ratelimit-reset"]), UTC)
    assert 3595 <= (reset - parsedate_to_datetime(answers[0].headers["date"])).total_seconds() <= 3602


def test_what_asks_whether_a_server_is_alive_is_never_counted(tmp_path):
    with server(tmp_path, **plan(1, 1)) as member:
        ping(member)

        assert {httpx2.get(member.url + path).status_code for path in ("/health", "/ready") * 5} == {200}
        assert ping(member).status_code == 429


def test_requests_that_are_not_finished_hold_their_places_until_their_clients_go(tmp_path):
    with server(tmp_path, **plan(None, None, 3)) as member, unfinished(member, 3) as sockets:
        until(lambda: ping(member).status_code == 429, member.told)
        assert ping(member).json()["error"]["message"] == "You may make 3 requests at once; ask again in 1 s."

        sockets[0].close()

        until(lambda: ping(member).status_code == 200, member.told)
