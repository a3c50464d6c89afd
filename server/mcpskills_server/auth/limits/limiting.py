"""Holding callers to their plans, in front of everything that they may ask for."""

from collections.abc import Awaitable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Final

from mcpskills.access import Caller
from mcpskills.allowance import Denied, Plan, Spender
from mcpskills.asgi import DONE, Application, Receive, Scope, Send
from mcpskills.errors import UnavailableError
from mcpskills.ports import Allowances, Permit
from mcpskills.source_address import source_of
from mcpskills.source_rates import SourceRates
from mcpskills_server.auth.calling import deny
from mcpskills_server.auth.limits import answers
from mcpskills_server.auth.limits.counting import Counting
from mcpskills_server.auth.limits.plans import Plans
from mcpskills_server.auth.vouching import count, withhold
from mcpskills_server.mcp.paths import PATHS
from mcpskills_server.telemetry.tally import Tally

_LISTEN: Final = (b"mcp-method", b"subscriptions/listen")


@dataclass(frozen=True, slots=True)
class Limits:
    """What callers may ask, and who counts it: all replicas together, or without `shared` this process by itself.

    `failures` are credentials that were refused, by their source, in this process.
    """

    plans: Plans
    failures: SourceRates
    local: Allowances
    shared: Counting | None = None

    @property
    def counted_by(self) -> str:
        """For people: `memory`, or as `Counting` says."""
        return "memory" if self.shared is None else self.shared.counted_by


class Limited:
    """Hands requests on as far as the plans of their callers go, in front of an ASGI application.

    A request counts, whatever becomes of it.
    """

    def __init__(self, inside: Application, limits: Limits, tally: Tally) -> None:
        self._inside = inside
        self._limits = limits
        self._plan = limits.plans.of
        self._tally = tally

    def __call__(self, who: Caller, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        plan = self._plan(who)
        # Not a coroutine of its own: who is not limited shall not pay for it.
        if plan is None:
            return self._inside(scope, receive, send)
        spends, streaming = spender(who, scope), lasts(scope)
        if self._limits.shared is not None:
            withhold(scope)
            entering = self._limits.shared.enter(spends, plan, streaming=streaming)
            return self._shared(entering, scope, receive, send)
        # What is counted in memory is granted at once, and may be answered at once.
        count(scope, partial(self._passes, spends, plan))
        return self._entered(self._limits.local.enter(spends, plan, streaming=streaming), scope, receive, send)

    def _passes(self, spends: Spender, plan: Plan) -> bool:
        """Count a request that will have been answered at once."""
        entered = self._limits.local.enter(spends, plan, streaming=False)
        if isinstance(entered, Denied):
            return False
        entered.leave()
        return True

    def _entered(self, entered: Permit | Denied, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if isinstance(entered, Denied):
            deny(scope, HTTPStatus.TOO_MANY_REQUESTS, f"{entered.limit} {entered.what}")
            return answers.denied(scope, self._counted(scope, send), entered)
        # Clients of MCP look at no such headers, and each takes a part of the time of an answer.
        told = send if scope["path"] in PATHS else answers.telling(send, entered)
        try:
            answering = self._inside(scope, receive, told)
        except BaseException:
            entered.leave()
            raise
        if answering is DONE:
            entered.leave()
            return DONE
        return _leaving(entered, answering)

    async def _shared(self, entering: Awaitable[Permit | Denied], scope: Scope, receive: Receive, send: Send) -> None:
        try:
            entered = await entering
        except UnavailableError as error:
            await answers.closed(scope, self._counted(scope, send), error.message)
        else:
            await self._entered(entered, scope, receive, send)

    def _counted(self, scope: Scope, send: Send) -> Send:
        """Refusals count among the answers of `/mcp`."""
        return self._tally.counted(send) if scope["path"] in PATHS else send


async def _leaving(permit: Permit, answering: Awaitable[None]) -> None:
    """Give the permit back once the answer is given, or never will be."""
    try:
        await answering
    finally:
        permit.leave()


def spender(who: Caller, scope: Scope) -> Spender:
    """Callers of whom nothing is known share what is allowed to their address."""
    return Spender(who.tenant, f"anonymous {source(scope)}" if who.anonymous else who.id)


def source(scope: Scope) -> str:
    """Where a request comes from, as far as proxies are believed."""
    client = scope.get("client")
    return source_of(client[0]) if client else ""


def lasts(scope: Scope) -> bool:
    """Whether a request is for a stream that is open until somebody ends it.

    Whoever says so of another request only takes a place among their own streams for it.
    """
    if scope["path"] not in PATHS:
        return False
    return scope["method"] == "GET" or _LISTEN in scope["headers"]
