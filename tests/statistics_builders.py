"""Builders of calls and sheets. Each yields the simplest valid thing; a test names only what its story is about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog_builders import NOON
from mcpskills.journal import InvocationStatus
from mcpskills.statistics import packing
from mcpskills.statistics.figures import Figures, OpenFigures
from mcpskills.statistics.grid import Grid
from mcpskills.statistics.packing import Row
from mcpskills.statistics.sheet import HOUR, Kind, Sheet


@dataclass(frozen=True)
class Call:
    """Of the first version of `pdf-forms`, which ended well after a quarter of a second."""

    at: float
    skill: str | None = "pdf-forms"
    version: int | None = 1
    principal: str | None = "key:ada"
    status: InvocationStatus = InvocationStatus.SUCCESS
    duration: float = 0.25
    method: str = "tools/call"


def a_call(at: datetime = NOON, **fields: Any) -> Call:
    return Call(at.timestamp(), **fields)


class Together:
    """Calls that count as if all had come with the first."""

    grids: Sequence[Grid] = ()

    def __init__(self, calls: Sequence[Call]) -> None:
        self.at = calls[0].at if calls else 0.0
        self._calls = calls
        self._about = {(call.skill, call.version): (call.skill, call.version) for call in calls}
        self._how = list({(call.method, call.principal): None for call in calls})

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[tuple[object, int, float]]:
        for call in self._calls:
            yield self._about[call.skill, call.version], self._how.index((call.method, call.principal)), call.duration

    def told(self, about: Any, how: int) -> Any:
        return *about, *self._how[how]


def figures_of(*calls: Call) -> Figures:
    row = Row("pdf-forms")
    return dict(packing.rows(packing.written({row: open_figures(*calls)}, a_sheet())))[row]


def open_figures(*calls: Call) -> OpenFigures:
    figures = OpenFigures("00")
    for call in calls:
        figures.observe(call)
    return figures


def rows_of(*calls: Call) -> dict[Row, OpenFigures]:
    rows: dict[Row, OpenFigures] = {}
    for call in calls:
        rows.setdefault(Row(call.skill or "", call.version), OpenFigures("00")).observe(call)
    return rows


def a_sheet(start: datetime = NOON, **fields: Any) -> Sheet:
    """An hour of the first part, with a body that is no body of a sheet."""
    known = {"part": "00", "kind": Kind.HOUR, "until": start + HOUR, "body": b"a body"}
    return Sheet(start=start, **known | fields)
