"""What replicas say that they serve, in Redis: one hash for each tenant, and every entry with its own end."""

from collections.abc import Mapping
from typing import Any

from mcpskills.adapters.redis import connection
from mcpskills.ports import REPORT_SECONDS

# Redis's clock counts, because those of the replicas differ. The whole hash ends with its last entry.
_REPORT = """
local now = redis.call('TIME')
local ends = now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[3]
redis.call('HSET', KEYS[1], ARGV[1], string.format('%d:%d', ARGV[2], ends))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
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

    def close(self) -> None:
        self._client.close()

    def report(self, tenant: str, replica: str, generation: int) -> None:
        with connection.reaching(self._url):
            self._report(keys=[self._key(tenant)], args=[replica, generation, self._milliseconds])

    def serving(self, tenant: str) -> Mapping[str, int]:
        with connection.reaching(self._url):
            found: list[Any] = self._serving(keys=[self._key(tenant)])
        names = (name.decode("utf-8", "backslashreplace") for name in found[::2])
        return dict(zip(names, map(int, found[1::2]), strict=True))

    def _key(self, tenant: str) -> str:
        return connection.key(self._prefix, tenant, "replicas")
