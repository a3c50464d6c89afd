"""A server is killed while it answers requests whose places all replicas count."""

import redis

from allowance_scenes import age
from limited_servers import ping, plan, server, unfinished
from mcpskills.adapters.redis.connection import PREFIX
from mcpskills.ports import LEASE_SECONDS
from stand_ins.valkey import valkey_server


def test_the_places_that_a_killed_server_held_are_free_when_their_leases_have_run_out(tmp_path):
    with valkey_server() as valkey, redis.Redis.from_url(valkey.url) as client:
        settings = {"MCPSKILLS_REDIS_URL": valkey.url, **plan(None, None, 3)}
        with server(tmp_path / "one", **settings) as one, server(tmp_path / "other", **settings) as other:
            with unfinished(one, 3):
                one.kill()
            held = ping(other).status_code
            age(client, PREFIX, round(LEASE_SECONDS * 1000))

            assert (held, ping(other).status_code) == (429, 200)
