"""What replicas and publishers say of themselves, in Redis: a hash of each for each tenant, and every entry with its own end."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from mcpskills.adapters import publisher_rows
from mcpskills.adapters.redis import connection
from mcpskills.fleet import KEPT_STEPS, PublisherState, Step
from mcpskills.ports import REPORT_SECONDS

_STEPS_MS = 90 * 24 * 60 * 60 * 1000

# Redis's clock counts, because those of the replicas differ. The whole hash ends with its last entry. A step is taken when the
# last of those that spoke lately serves more than all did; when nobody serves that much, the catalog was restored.
_REPORT = """
local now = redis.call('TIME')
local at = now[1] * 1000 + math.floor(now[2] / 1000)
redis.call('HSET', KEYS[1], ARGV[1], string.format('%d:%d', ARGV[2], at + ARGV[3]))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
local lowest, highest, count
for _, said in ipairs(redis.call('HVALS', KEYS[1])) do
  local generation, ends = string.match(said, '^(%d+):(%d+)$')
  if ends and tonumber(ends) > at then
    generation = tonumber(generation)
    lowest, highest = math.min(lowest or generation, generation), math.max(highest or generation, generation)
    count = (count or 0) + 1
  end
end
if not count then return end
local newest = tonumber(string.match(redis.call('LINDEX', KEYS[2], -1) or '', '^%d+'))
if newest and highest < newest then
  redis.call('DEL', KEYS[2])
  newest = nil
end
if not newest or lowest > newest then
  redis.call('RPUSH', KEYS[2], string.format('%d:%d:%d', lowest, at, count))
  redis.call('LTRIM', KEYS[2], -ARGV[4], -1)
  redis.call('PEXPIRE', KEYS[2], ARGV[5])
end
"""

_REPORT_PUBLISHER = """
local now = redis.call('TIME')
local ends = now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[3]
redis.call('HSET', KEYS[1], ARGV[1], string.format('%d:', ends) .. ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
"""

_PUBLISHERS = """
local now = redis.call('TIME')
local at = now[1] * 1000 + math.floor(now[2] / 1000)
local found = redis.call('HGETALL', KEYS[1])
local said = {}
for i = 1, #found, 2 do
  local ends, state = string.match(found[i + 1], '^(%d+):(.*)$')
  if ends and tonumber(ends) > at then
    table.insert(said, state)
  else
    redis.call('HDEL', KEYS[1], found[i])
  end
end
return said
"""

_SERVING = """
local now = redis.call('TIME')
local at = now[1] * 1000 + math.floor(now[2] / 1000)
local found = redis.call('HGETALL', KEYS[1])
local serving = {}
for i = 1, #found, 2 do
  local generation, ends = string.match(found[i + 1], '^(%d+):(%d+)$')
  if ends and tonumber(ends) > at then
    table.insert(serving, found[i])
    table.insert(serving, generation)
  else
    redis.call('HDEL', KEYS[1], found[i])
  end
end
return serving
"""


class RedisReplicas:
    """See `ports.Replicas`."""

    def __init__(
        self,
        url: str,
        *,
        prefix: str = connection.PREFIX,
        seconds: float = REPORT_SECONDS,
        patience: float = connection.PATIENCE,
    ) -> None:
        """Connects when it is first used. Raises `InvalidInputError` for an address that is none."""
        self._url = url
        self._prefix = prefix
        self._milliseconds = round(seconds * 1000)
        self._client = connection.commanding(url, patience)
        self._report = self._client.register_script(_REPORT)
        self._serving = self._client.register_script(_SERVING)
        self._report_publisher = self._client.register_script(_REPORT_PUBLISHER)
        self._publishers = self._client.register_script(_PUBLISHERS)

    def close(self) -> None:
        self._client.close()

    def report(self, tenant: str, replica: str, generation: int) -> None:
        with connection.reaching(self._url):
            self._report(
                keys=[self._key(tenant), self._key(tenant, "steps")],
                args=[replica, generation, self._milliseconds, KEPT_STEPS, _STEPS_MS],
            )

    def serving(self, tenant: str) -> Mapping[str, int]:
        with connection.reaching(self._url):
            found: list[Any] = self._serving(keys=[self._key(tenant)])
        names = (name.decode("utf-8", "backslashreplace") for name in found[::2])
        return dict(zip(names, map(int, found[1::2]), strict=True))

    def steps(self, tenant: str) -> Sequence[Step]:
        with connection.reaching(self._url):
            found: list[Any] = self._client.lrange(self._key(tenant, "steps"), 0, -1)
        numbers = (map(int, each.split(b":")) for each in found)
        return [Step(generation, datetime.fromtimestamp(at / 1000, UTC), count) for generation, at, count in numbers]

    def report_publisher(self, tenant: str, state: PublisherState) -> None:
        with connection.reaching(self._url):
            self._report_publisher(
                keys=[self._key(tenant, "publishers")],
                args=[state.name, publisher_rows.text(state), self._milliseconds],
            )

    def publishers(self, tenant: str) -> Sequence[PublisherState]:
        with connection.reaching(self._url):
            found: list[bytes] = self._publishers(keys=[self._key(tenant, "publishers")])
        return sorted(publisher_rows.states(found), key=lambda state: state.name)

    def _key(self, tenant: str, what: str = "replicas") -> str:
        return connection.key(self._prefix, tenant, what)
