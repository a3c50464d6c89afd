"""Redis goes away while requests are counted in it: each of the three choices, and what is said of them."""

import threading
from collections import Counter
from collections.abc import Iterator

import httpx2
import pytest

from fleet_member import Member, until
from limited_servers import counted_by, flood, ping, plan, server
from stand_ins.unsteady_redis import UnsteadyRedis, unsteady_redis

LOST = "requests are not counted together"
FOUND = "requests are counted together again"


@pytest.fixture
def unsteady() -> Iterator[UnsteadyRedis]:
    with unsteady_redis() as made:
        yield made


def settings(redis: UnsteadyRedis, without: str, per_minute: int) -> dict[str, str]:
    more = {"MCPSKILLS_REDIS_URL": redis.url, "MCPSKILLS_LIMITS_WITHOUT_REDIS": without}
    return {**more, **plan(per_minute, None)}


def statuses(member: Member, requests: int) -> Counter[int]:
    return Counter(ping(member).status_code for _ in range(requests))


def test_local_limits_begin_anew_in_each_process_and_redis_goes_on_where_it_was(tmp_path, unsteady):
    with server(tmp_path, **settings(unsteady, "local", 5)) as member:
        before = statuses(member, 7)
        unsteady.wire.cut()
        meanwhile = statuses(member, 7)
        unsteady.wire.mend()
        until(lambda: ping(member).status_code == 429 and FOUND in member.told(), member.told)

    assert (before, meanwhile) == ({200: 5, 429: 2}, {200: 5, 429: 2})


def test_open_lets_everything_through_until_redis_is_back(tmp_path, unsteady):
    with server(tmp_path, **settings(unsteady, "open", 3)) as member:
        statuses(member, 3)
        with unsteady.stopped():
            assert statuses(member, 20) == {200: 20}
            assert counted_by(member) == "open"
        until(lambda: ping(member).status_code in {200, 429} and FOUND in member.told(), member.told)

        assert 429 in statuses(member, 4)


def test_closed_refuses_everything_until_redis_is_back(tmp_path, unsteady):
    with server(tmp_path, **settings(unsteady, "closed", 1000)) as member:
        with unsteady.stopped():
            refused, elsewhere = ping(member), httpx2.get(member.url + "/info")
            ready = httpx2.get(member.url + "/ready")
        until(lambda: ping(member).status_code == 200, member.told)

    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert refused.json()["error"]["message"].startswith("Requests cannot be counted now")
    assert (elsewhere.status_code, elsewhere.headers["content-type"]) == (503, "application/problem+json")
    assert ready.status_code == 200


@pytest.mark.parametrize(("without", "answers"), [("local", {200}), ("open", {200}), ("closed", {200, 503})])
def test_requests_in_flight_are_all_answered_when_redis_stops_and_comes_back(tmp_path, unsteady, without, answers):
    with server(tmp_path, **settings(unsteady, without, 100_000)) as member:
        got: list[Counter[int]] = []
        flooding = threading.Thread(target=lambda: got.append(flood([member], 8, 800)))
        flooding.start()
        with unsteady.stopped():
            until(lambda: ping(member).status_code in answers and LOST in member.told(), member.told)
        flooding.join()

        assert set(got[0]) <= answers
        assert got[0].total() == 800
        assert ping(member).status_code in answers


def test_it_is_told_once_that_redis_is_away_and_once_that_it_is_back(tmp_path, unsteady):
    with server(tmp_path, **settings(unsteady, "local", 1000)) as member:
        assert counted_by(member) == "redis"
        with unsteady.stopped():
            statuses(member, 20)
            assert counted_by(member) == "local"
        until(lambda: counted_by(member) == "redis", member.told)

        told = member.told()

    assert (told.count(LOST), told.count(FOUND)) == (1, 1)
    assert "meanwhile=local" in told
