"""Where a request says who records what is refused before anything looks at it: in its scope, put there at the way in."""

from time import perf_counter
from typing import Final

from mcpskills.asgi import Scope
from mcpskills_server.recording.recorder import Recorder
from mcpskills_server.recording.taken import refused

_RECORDER: Final = "mcpskills.recorder"


def recorded_by(scope: Scope, recorder: Recorder) -> None:
    """Note who records the request, should it be turned away."""
    scope[_RECORDER] = recorder


def turned_away(scope: Scope, status: int, reason: str) -> None:
    """Record that a request to `/mcp` was answered with this status before anything looked at it; others are not recorded."""
    recorder: Recorder | None = scope.get(_RECORDER)
    if recorder is not None and (exchange := refused(scope, perf_counter(), status, reason)) is not None:
        recorder.take(exchange)
