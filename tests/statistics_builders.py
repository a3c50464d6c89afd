"""Builders of calls and sheets. Each yields the simplest valid thing; a test names only what its story is about."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog_builders import NOON
from mcpskills.journal import InvocationStatus
from mcpskills.statistics import packing
from mcpskills.statistics.figures import Figures, OpenFigures
from mcpskills.statistics.latencies import binned
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
    durations: tuple[float, ...] = (0.25,)
    method: str = "tools/call"


def a_call(at: datetime = NOON, *, duration: float = 0.25, **fields: Any) -> Call:
    return Call(at.timestamp(), durations=(duration,), **fields)


def figures_of(*calls: Call) -> Figures:
    row = Row("pdf-forms")
    return dict(packing.rows(packing.written({row: open_figures(*calls)}, a_sheet())))[row]


def open_figures(*calls: Call) -> OpenFigures:
    figures = OpenFigures("00")
    for call in calls:
        figures.observe(call, binned(call.durations))
    return figures


def rows_of(*calls: Call) -> dict[Row, OpenFigures]:
    rows: dict[Row, OpenFigures] = {}
    for call in calls:
        rows.setdefault(Row(call.skill or "", call.version), OpenFigures("00")).observe(call, binned(call.durations))
    return rows


def a_sheet(start: datetime = NOON, **fields: Any) -> Sheet:
    """An hour of the first part, with a body that is no body of a sheet."""
    known = {"part": "00", "kind": Kind.HOUR, "until": start + HOUR, "body": b"a body"}
    return Sheet(start=start, **known | fields)
