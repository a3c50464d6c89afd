"""What sessions in Redis do besides their promises."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import redis
from structlog.testing import capture_logs

from catalog_builders import TENANT
from mcpskills.adapters.redis.sessions import RedisSessions
from mcpskills.errors import NotFoundError, UnavailableError
from mcpskills.session import LIMITS, Session, SessionLimits
from session_builders import a_session
from stand_ins.processes import free_port
from stand_ins.proxy import wire
from stand_ins.valkey import Valkey, valkey_server

DAY = 24 * 60 * 60
PATIENCE = 30


@contextmanager
def kept(valkey: Valkey, at: Path, limits: SessionLimits = LIMITS) -> Iterator[tuple[RedisSessions, redis.Redis, str]]:
    """Sessions, a stranger's look at the server, and what the keys begin with."""
    with (
        closing(RedisSessions(valkey.url, limits, prefix=str(at))) as sessions,
        redis.Redis.from_url(valkey.url, protocol=2, decode_responses=True) as stranger,
    ):
        yield sessions, stranger, f"{at}:{{{TENANT}}}"


def test_everything_ends_by_itself(valkey: Valkey, tmp_path: Path):
    with kept(valkey, tmp_path) as (sessions, stranger, keys):
        begun, initializing = sessions.open(a_session().begun()), sessions.open(a_session())

        left = {key: stranger.ttl(key) for key in stranger.scan_iter(f"{keys}*")}

    assert left.keys() == {
        f"{keys}:session:{begun.id}",
        f"{keys}:session:{initializing.id}",
        f"{keys}:sessions:begun",
        f"{keys}:sessions:initializing",
    }
    assert DAY - PATIENCE < left[f"{keys}:session:{begun.id}"] <= DAY
    assert DAY / 48 - PATIENCE < left[f"{keys}:session:{initializing.id}"] <= DAY / 48
    assert DAY - PATIENCE < left[f"{keys}:sessions:begun"] <= DAY
    assert DAY - PATIENCE < left[f"{keys}:sessions:initializing"] <= DAY


def test_a_session_is_counted_once_in_the_set_of_its_state_and_not_at_all_when_it_ended(valkey: Valkey, tmp_path: Path):
    with kept(valkey, tmp_path) as (sessions, stranger, keys):

        def counted() -> tuple[int, int]:
            return stranger.zcard(f"{keys}:sessions:initializing"), stranger.zcard(f"{keys}:sessions:begun")

        key = sessions.open(a_session()).key
        counts = [counted()]
        sessions.update(key, Session.begun)
        sessions.touch(key)
        counts.append(counted())
        sessions.end(key)
        counts.append(counted())

        assert counts == [(1, 0), (0, 1), (0, 0)]
        assert list(stranger.scan_iter(f"{keys}*")) == []


def test_ids_that_outlived_their_session_leave_their_set_with_the_next_opening(valkey: Valkey, tmp_path: Path):
    with kept(valkey, tmp_path) as (sessions, stranger, keys):
        for state in ("initializing", "begun"):
            stranger.zadd(f"{keys}:sessions:{state}", {f"gone-{state}": 0})

        opened = sessions.open(a_session())

        assert stranger.zrange(f"{keys}:sessions:initializing", 0, -1) == [opened.id]
        assert stranger.zrange(f"{keys}:sessions:begun", 0, -1) == []


def test_a_sign_of_its_client_puts_a_sessions_end_off(valkey: Valkey, tmp_path: Path):
    with kept(valkey, tmp_path) as (sessions, stranger, keys):
        key = sessions.open(a_session().begun()).key

        for sign in (sessions.touch, lambda key: sessions.update(key, lambda session: session.delivered(3))):
            stranger.expire(f"{keys}:session:{key.id}", 100)
            sessions.find(key)
            assert stranger.ttl(f"{keys}:session:{key.id}") <= 100
            sign(key)
            assert stranger.ttl(f"{keys}:session:{key.id}") > 100


def test_a_flood_leaves_no_more_keys_than_there_may_be_sessions(valkey: Valkey, tmp_path: Path):
    with kept(valkey, tmp_path, SessionLimits(most=20)) as (sessions, stranger, keys):
        for _ in range(200):
            sessions.open(a_session(principal="key:eve"))

        assert len(list(stranger.scan_iter(f"{keys}:session:*"))) == 20
        assert stranger.zcard(f"{keys}:sessions:initializing") == 20


@pytest.mark.parametrize(
    "record",
    ["no JSON", "[]", "{}", json.dumps({"subscriptions": 7}), json.dumps({"subscriptions": [], "of": "later"})],
)
def test_a_session_of_another_release_is_unknown_and_its_client_initializes_again(
    record, valkey: Valkey, tmp_path: Path
):
    with kept(valkey, tmp_path) as (sessions, stranger, keys):
        key = sessions.open(a_session()).key
        stranger.hset(f"{keys}:session:{key.id}", "record", record)

        with capture_logs() as logged, pytest.raises(NotFoundError):
            sessions.find(key)

    assert [line["event"] for line in logged] == ["a session cannot be read, its client initializes again"]


def test_a_server_that_was_restarted_empty_knows_nobody_and_takes_sessions_again():
    port = free_port()
    with closing(RedisSessions(f"redis://127.0.0.1:{port}", patience=1)) as sessions:
        with valkey_server(port):
            key = sessions.open(a_session()).key
        for asked in (sessions.find, sessions.touch, sessions.end, lambda _: sessions.open(a_session())):
            with pytest.raises(UnavailableError, match="cannot be used"):
                asked(key)
        with valkey_server(port):
            with pytest.raises(NotFoundError):
                sessions.touch(key)
            again = sessions.open(replace(a_session(), id=key.id))

            assert sessions.find(key) == again


def test_a_silent_server_is_an_error_after_a_while_that_tells_no_secret(valkey: Valkey, tmp_path: Path):
    with wire(valkey.port) as cable:
        cable.cut()
        address = f"redis://ada:secret@127.0.0.1:{cable.port}"
        with (
            closing(RedisSessions(address, prefix=str(tmp_path), patience=0.1)) as sessions,
            pytest.raises(UnavailableError) as raised,
        ):
            sessions.touch(a_session().key)

    assert "127.0.0.1" in raised.value.message
    assert "secret" not in raised.value.message
