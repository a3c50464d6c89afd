"""Clients of Redis or Valkey, with everything said that redis-py would choose by its release.

`patience` is how long, in seconds, a server may take to be reached, and to answer, before it counts as gone. It bounds
blocking reads as well: whoever blocks must ask for less. Protocol 2, because every server has it and the shapes of replies
differ between the two.
"""

import contextlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import redis
import redis.asyncio
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import ExponentialWithJitterBackoff, NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from mcpskills.errors import InvalidInputError, UnavailableError

PATIENCE = 5.0
PREFIX = "mcpskills"

_PROTOCOL = 2
_HEALTH_SECONDS = 30
_RETRIES = 1
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 0.5


def commanding(url: str, patience: float) -> redis.Redis:
    """For commands, from any thread. A command whose answer was lost is given once more. Raises `InvalidInputError`."""
    pauses = ExponentialWithJitterBackoff(cap=_LONGEST_PAUSE, base=_FIRST_PAUSE)
    with _valid():
        return redis.Redis.from_url(url, retry=Retry(pauses, _RETRIES), **_options(patience))


def once(url: str, patience: float) -> redis.asyncio.Redis:
    """On an event loop. Nothing is tried again by itself: who listens must know of it, and who counts would count twice."""
    with _valid():
        return redis.asyncio.Redis.from_url(url, retry=AsyncRetry(NoBackoff(), 0), **_options(patience))


@contextlib.contextmanager
def reaching(url: str) -> Iterator[None]:
    """Whatever goes wrong with the server in the block raises `UnavailableError`."""
    try:
        yield
    except (RedisError, OSError) as error:
        raise UnavailableError(f"Redis at {shown(url)} cannot be used: {error}.") from error


def shown(url: str) -> str:
    """The address without the user and password that it may carry."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def key(prefix: str, tenant: str, *names: str) -> str:
    """A key or channel of a tenant; braces keep all keys of a tenant in one slot, which scripts over several need."""
    return ":".join((prefix, f"{{{tenant}}}", *names))


def _options(patience: float) -> dict[str, Any]:
    return {
        "protocol": _PROTOCOL,
        "socket_timeout": patience,
        "socket_connect_timeout": patience,
        "socket_keepalive": True,
        "health_check_interval": _HEALTH_SECONDS,
        "client_name": "mcpskills",
        "decode_responses": False,
    }


@contextlib.contextmanager
def _valid() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise InvalidInputError(f"The address of Redis is like redis://host:6379/0 or rediss://…: {error}.") from error
