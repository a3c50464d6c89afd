"""The stand-in for Redis is a real server that starts empty."""

import redis

from stand_ins.valkey import Valkey, valkey_server


def test_the_shared_server_answers(valkey: Valkey):
    with redis.Redis.from_url(valkey.url, protocol=3, socket_timeout=5) as client:
        assert client.ping()


def test_a_server_that_is_started_again_on_its_port_is_empty():
    with valkey_server() as first, redis.Redis.from_url(first.url, protocol=3, socket_timeout=5) as client:
        client.set("kept", "1")

    with valkey_server(first.port) as second, redis.Redis.from_url(second.url, protocol=3, socket_timeout=5) as client:
        assert (second.port, client.get("kept")) == (first.port, None)
