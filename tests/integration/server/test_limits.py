"""Real servers that hold callers to their plans: how many requests get through, and what the others are told."""

import contextlib
from collections import Counter
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2
import pytest
from mcp import Client

from fleet_member import until
from key_builders import bearing
from limited_servers import HEADERS, flood, initialize, key_of, ping, plan, server, unfinished
from mcpskills_server.auth.answers import TOO_MANY
from stand_ins.valkey import valkey_server

HUNDRED = plan(100, 100)
"""Of the hour as well: on a busy machine the story may take longer than a minute."""


def test_of_a_thousand_requests_of_fifty_callers_at_once_exactly_a_hundred_get_through(tmp_path):
    with server(tmp_path, **HUNDRED) as member:
        assert flood([member], 50, 1000) == {200: 100, 429: 900}


def test_two_processes_that_share_redis_let_exactly_a_hundred_through_together(tmp_path):
    with valkey_server() as valkey:
        # Neither may a busy machine make a process count by itself.
        settings = {"MCPSKILLS_REDIS_URL": valkey.url + "?socket_timeout=60&socket_connect_timeout=60", **HUNDRED}
        with server(tmp_path / "one", **settings) as one, server(tmp_path / "other", **settings) as other:
            assert flood([one, other], 50, 1000) == {200: 100, 429: 900}


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
        refused = ping(member)
        assert refused.status_code == 429
        assert refused.json()["error"]["message"] == "You may make 3 requests at once; ask again in 1 s."

        sockets[0].close()

        until(lambda: ping(member).status_code == 200, member.told)


def stream(http):
    """The stream of a session of its own."""
    session = http.post("/mcp", json=initialize(), headers=HEADERS).headers["mcp-session-id"]
    return http.stream("GET", "/mcp", headers={"Accept": "text/event-stream", "Mcp-Session-Id": session})


def answered(http):
    with stream(http) as answer:
        return answer.status_code


def test_a_get_stream_takes_no_place_of_requests(tmp_path):
    with (
        server(tmp_path, **plan(None, None, 1)) as member,
        httpx2.Client(base_url=member.url) as http,
        stream(http) as opened,
    ):
        assert opened.status_code == 200
        assert ping(member).status_code == 200


@pytest.mark.anyio
async def test_a_client_that_listens_takes_no_place_of_requests(tmp_path):
    with server(tmp_path, **plan(None, None, 1)) as member:
        async with Client(member.url + "/mcp") as client, client.listen(resources_list_changed=True):
            assert (await client.list_resources()).resources == []


def test_streams_are_ten_times_as_many_as_requests_at_once(tmp_path):
    with server(tmp_path, **plan(None, None, 1)) as member, httpx2.Client(base_url=member.url) as http:
        with contextlib.ExitStack() as opened:
            answers = [opened.enter_context(stream(http)) for _ in range(11)]
            assert [each.status_code for each in answers] == [200] * 10 + [429]
            assert ping(member).status_code == 200

        until(lambda: answered(http) == 200, member.told)


SOURCES = [f"192.0.2.{number}" for number in range(5)]


def test_what_a_proxy_says_of_sources_is_believed_of_configured_ones_alone(tmp_path):
    trusting = {"MCPSKILLS_PROXIES": '["127.0.0.0/8"]'}

    with server(tmp_path / "one", **plan(2, None)) as member:
        unbelieved = [ping(member, **{"X-Forwarded-For": source}).status_code for source in SOURCES]
    with server(tmp_path / "other", **plan(2, None), **trusting) as member:
        believed = [ping(member, **{"X-Forwarded-For": source}).status_code for source in SOURCES]
        spoofed = [ping(member, **{"X-Forwarded-For": f"{source}, 203.0.113.9"}).status_code for source in SOURCES]

    assert unbelieved == [200, 200, 429, 429, 429]
    assert believed == [200] * 5
    assert spoofed == [200, 200, 429, 429, 429]


def test_every_key_has_its_own_allowance_by_its_own_plan(tmp_path):
    with server(tmp_path, **plan(3, None), MCPSKILLS_ANONYMOUS="") as member:
        free, one, other = key_of(member, plan="free"), key_of(member), key_of(member, plan="gone")

        got = [Counter(ping(member, **bearing(key)).status_code for _ in range(25)) for key in (free, one, other)]

    assert got == [{200: 20, 429: 5}, {200: 3, 429: 22}, {200: 3, 429: 22}]


def test_a_proxy_of_ipv4_is_believed_on_a_socket_of_both_families(tmp_path):
    settings = {"MCPSKILLS_HOST": "::", "MCPSKILLS_ANONYMOUS": "viewer", "MCPSKILLS_PROXIES": '["127.0.0.1"]'}

    with server(tmp_path, **plan(1, None), **settings) as member:
        assert [ping(member, **{"X-Forwarded-For": each}).status_code for each in SOURCES] == [200] * 5
