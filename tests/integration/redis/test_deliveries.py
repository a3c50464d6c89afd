"""What the queue in Redis does besides its promises."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import redis
from structlog.testing import capture_logs

from catalog_builders import NOON, TENANT
from mcpskills.adapters.redis.deliveries import RedisDeliveries
from mcpskills.errors import UnavailableError
from mcpskills.ports import REPEAT_SECONDS, Delivery
from stand_ins.processes import free_port
from stand_ins.proxy import wire
from stand_ins.valkey import Valkey, valkey_server

PATIENCE = 30.0


@contextmanager
def stream(valkey: Valkey, prefix: str) -> Iterator[tuple[redis.Redis, str]]:
    """A stranger's look at the server, and the key of the queue."""
    with redis.Redis.from_url(valkey.url, protocol=2) as stranger:
        yield stranger, f"{prefix}:{{{TENANT}}}:deliveries"


def test_an_id_is_known_for_three_days(valkey: Valkey, tmp_path: Path):
    prefix = str(tmp_path)
    with closing(RedisDeliveries(valkey.url, TENANT, prefix=prefix)) as queue:
        queue.enqueue(Delivery("one", "push", NOON))

    with stream(valkey, prefix) as (stranger, key):
        assert REPEAT_SECONDS - PATIENCE < stranger.ttl(f"{key}:seen:one") <= REPEAT_SECONDS


def test_what_is_dealt_with_leaves_nothing_in_the_stream(valkey: Valkey, tmp_path: Path):
    prefix = str(tmp_path)
    with closing(RedisDeliveries(valkey.url, TENANT, prefix=prefix)) as queue:
        queue.enqueue(Delivery("one", "push", NOON))
        queue.acknowledge(queue.take("worker", PATIENCE))

    with stream(valkey, prefix) as (stranger, key):
        assert stranger.xlen(key) == 0
        assert stranger.xpending(key, "publishers")["pending"] == 0


def test_a_delivery_that_could_not_be_appended_may_be_sent_again(valkey: Valkey, tmp_path: Path):
    prefix = str(tmp_path)
    with (
        closing(RedisDeliveries(valkey.url, TENANT, prefix=prefix)) as queue,
        stream(valkey, prefix) as (stranger, key),
    ):
        stranger.set(key, "no stream")
        with pytest.raises(UnavailableError, match="WRONGTYPE"):
            queue.enqueue(Delivery("one", "push", NOON))
        stranger.delete(key)

        assert queue.enqueue(Delivery("one", "push", NOON))


@pytest.mark.parametrize(
    "fields",
    [
        {"unknown": "field"},
        {"id": b"\xff", "reason": "push", "received_at": "2026-03-01T12:00:00+00:00"},
        {"id": "one", "reason": "push", "received_at": "yesterday"},
    ],
    ids=["fields", "bytes", "time"],
)
def test_an_entry_that_cannot_be_read_is_set_aside_with_an_alarm(fields, valkey: Valkey, tmp_path: Path):
    prefix = str(tmp_path)
    with (
        closing(RedisDeliveries(valkey.url, TENANT, prefix=prefix)) as queue,
        stream(valkey, prefix) as (stranger, key),
    ):
        stranger.xadd(key, fields)
        queue.enqueue(Delivery("wholesome", "push", NOON))

        with capture_logs() as logged:
            taken = queue.take("worker", PATIENCE)

        assert taken.delivery.id == "wholesome"
        assert [line["event"] for line in logged] == ["delivery set aside: it cannot be read"]
        assert stranger.xlen(f"{key}:aside") == 1


def test_a_server_that_was_restarted_empty_takes_in_and_gives_out_again():
    port = free_port()
    with closing(RedisDeliveries(f"redis://127.0.0.1:{port}", TENANT, patience=1)) as queue:
        with valkey_server(port):
            queue.enqueue(Delivery("one", "push", NOON))
            queue.take("worker", PATIENCE)
        with pytest.raises(UnavailableError):
            queue.enqueue(Delivery("two", "push", NOON))
        with pytest.raises(UnavailableError):
            queue.take("worker", PATIENCE)
        with valkey_server(port):
            queue.enqueue(Delivery("three", "push", NOON))

            assert queue.take("worker", PATIENCE).delivery.id == "three"


def test_a_silent_server_is_an_error_after_a_while_and_no_endless_wait(valkey: Valkey, tmp_path: Path):
    with wire(valkey.port) as cable:
        address = f"redis://ada:secret@127.0.0.1:{cable.port}"
        cable.cut()
        with closing(RedisDeliveries(address, TENANT, prefix=str(tmp_path), patience=0.1)) as queue:
            with pytest.raises(UnavailableError) as enqueuing:
                queue.enqueue(Delivery("one", "push", NOON))
            with pytest.raises(UnavailableError):
                queue.take("worker", PATIENCE)

    assert "127.0.0.1" in enqueuing.value.message
    assert "secret" not in enqueuing.value.message


def test_a_take_longer_than_the_patience_of_the_connection_waits_on(valkey: Valkey, tmp_path: Path):
    with closing(RedisDeliveries(valkey.url, TENANT, prefix=str(tmp_path), patience=1.0)) as queue:
        assert queue.take("worker", 2) is None
