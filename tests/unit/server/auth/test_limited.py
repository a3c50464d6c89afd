"""Callers held to their plans in one process: when a request's place is free again."""

import asyncio
from collections.abc import Awaitable

import pytest

from mcpskills import access
from mcpskills.access import Role
from mcpskills.adapters.in_process_allowances import InProcessAllowances
from mcpskills.allowance import Plan
from mcpskills.asgi import DONE
from mcpskills.source_rates import SourceRates
from mcpskills_server.auth.calling import called_by
from mcpskills_server.auth.limits.limiting import Limited, Limits
from mcpskills_server.auth.limits.plans import Plans
from mcpskills_server.telemetry.tally import Tally

ONE_AT_ONCE = Plan(None, None, 1)


class Asking:
    """A caller who may ask one thing at once, of an application; `refused` has the statuses of what was answered instead."""

    def __init__(self, application) -> None:
        limits = Limits(Plans({"one": ONE_AT_ONCE}, "one"), SourceRates(10), InProcessAllowances())
        self._limited = Limited(application, limits, Tally())
        self.refused: list[int] = []

    def ask(self, path: str = "/mcp") -> Awaitable[None]:
        scope = {"type": "http", "method": "POST", "path": path, "headers": []}
        who = access.anonymous("default", Role.VIEWER)
        called_by(scope, who)
        return self._limited(who, scope, self._receive, self._send)

    async def _receive(self):
        return {"type": "http.request", "body": b"", "more_body": False}

    async def _send(self, message) -> None:
        if message["type"] == "http.response.start":
            self.refused.append(message["status"])


@pytest.mark.parametrize("path", ["/mcp", "/admin/skills"])
def test_what_is_answered_at_once_needs_no_waiting_and_gives_its_place_back(path):
    asking = Asking(lambda *_: DONE)

    assert [asking.ask(path) for _ in range(3)] == [DONE, DONE, DONE]


def test_what_fails_at_once_gives_its_place_back():
    faults = [ValueError("broken")]

    def application(*_):
        if faults:
            raise faults.pop()
        return DONE

    asking = Asking(application)
    with pytest.raises(ValueError, match="broken"):
        asking.ask()

    assert asking.ask() is DONE


@pytest.mark.anyio
async def test_what_takes_long_keeps_its_place_until_it_ends_or_is_given_up():
    async def application(*_):
        await asyncio.Event().wait()

    asking = Asking(application)
    lasting = asyncio.ensure_future(asking.ask())
    await asyncio.sleep(0)
    await asking.ask()
    lasting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await lasting

    again = asyncio.ensure_future(asking.ask())
    await asyncio.sleep(0)

    assert asking.refused == [429]
    assert not again.done()
    again.cancel()
