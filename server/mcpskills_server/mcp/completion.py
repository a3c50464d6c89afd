"""Completion of the variables in the resource templates: skill names, versions and paths."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Final

import mcp_types as types

from mcpskills.errors import InvalidInputError, NotFoundError
from mcpskills.snapshot import Snapshot
from mcpskills_server.library import Library
from mcpskills_server.mcp import prompts
from mcpskills_server.mcp.resources import LIVE_TEMPLATE, PINNED_TEMPLATE
from mcpskills_server.mcp.sight import view_of
from mcpskills_server.mcp.wire import Context
from mcpskills_server.replica import Replica

MAX_VALUES: Final = 100
"""The protocol's limit."""

_VARIABLES: Final[Mapping[str, frozenset[str]]] = {
    LIVE_TEMPLATE: frozenset({"name", "path"}),
    PINNED_TEMPLATE: frozenset({"version", "name", "path"}),
}
_BEYOND: Final = "\U0010ffff"


class Completions:
    """Answers from the replica's present view, as far as the caller sees it."""

    def __init__(self, replica: Replica, library: Library) -> None:
        self._replica = replica
        self._library = library

    async def complete(self, ctx: Context, params: types.CompleteRequestParams) -> types.CompleteResult:
        snapshot = view_of(self._replica, ctx).snapshot
        if isinstance(params.ref, types.PromptReference):
            # What a user says to a skill is free text; there is nothing to propose.
            prompts.find(snapshot, params.ref.name)
            return _result((), 0)
        argument = params.argument
        if argument.name not in _VARIABLES.get(params.ref.uri, frozenset()):
            raise InvalidInputError(
                f"Expected one of the listed resource templates and one of its variables, got {params.ref.uri[:80]!r}"
                f" and {argument.name[:80]!r}."
            )
        resolved = (params.context.arguments if params.context else None) or {}
        if argument.name == "name":
            return _starting_with(snapshot.names, argument.value)
        if argument.name == "version":
            return _versions(snapshot, resolved.get("name"), argument.value)
        return await self._paths(snapshot, resolved, argument.value)

    async def _paths(self, snapshot: Snapshot, resolved: Mapping[str, str], value: str) -> types.CompleteResult:
        digits = resolved.get("version", "")
        try:
            number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < _MAX_DIGITS else None
            version = await self._library.version(snapshot, resolved.get("name", ""), number)
        except NotFoundError:
            return _result((), 0)
        return _starting_with([file.path for file in version.manifest.files], value)


_MAX_DIGITS = 10


def _versions(snapshot: Snapshot, name: str | None, value: str) -> types.CompleteResult:
    """Numbers from the live version down; without a name there is nothing to count."""
    served = snapshot.skills.get(name or "")
    if served is None:
        return _result((), 0)
    newest = served.version.number
    numbers = [str(number) for number in range(newest, max(0, newest - MAX_VALUES), -1)]
    matching = [number for number in numbers if number.startswith(value)]
    return _result(matching, len(matching))


def _starting_with(ordered: Sequence[str], prefix: str) -> types.CompleteResult:
    start, end = bisect_left(ordered, prefix), bisect_left(ordered, prefix + _BEYOND)
    return _result(ordered[start : min(end, start + MAX_VALUES)], end - start)


def _result(values: Sequence[str], total: int) -> types.CompleteResult:
    return types.CompleteResult(
        completion=types.Completion(values=list(values), total=total, has_more=total > len(values))
    )
