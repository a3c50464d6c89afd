"""A server is killed while it answers requests whose places all replicas count."""

import redis

from allowance_scenes import age
from fleet_member import until
from limited_servers import ping, plan, server, unfinished
from mcpskills.adapters.redis.connection import PREFIX
from mcpskills.ports import LEASE_SECONDS
from stand_ins.valkey import valkey_server


def places(client: redis.Redis) -> int:
    return sum(client.zcard(key) for key in client.scan_iter(f"{PREFIX}:*") if client.type(key) == b"zset")


def test_the_places_that_a_killed_server_held_are_free_when_their_leases_have_run_out(tmp_path):
    with valkey_server() as valkey, redis.Redis.from_url(valkey.url) as client:
        settings = {"MCPSKILLS_REDIS_URL": valkey.url, **plan(None, None, 3)}
        with server(tmp_path / "one", **settings) as one, server(tmp_path / "other", **settings) as other:
            with unfinished(one, 3):
                # Else a ping takes the place of one that has not come in yet, and that one is refused for good.
                until(lambda: places(client) == 3, one.told)
                until(lambda: ping(other).status_code == 429, other.told)
                one.kill()
            held = ping(other).status_code
            age(client, PREFIX, round(LEASE_SECONDS * 1000))

            assert (held, ping(other).status_code) == (429, 200)
