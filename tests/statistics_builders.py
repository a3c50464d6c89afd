"""Builders of calls and sheets. Each yields the simplest valid thing; a test names only what its story is about."""

from datetime import datetime
from typing import Any

from catalog_builders import NOON
from mcpskills.journal import InvocationStatus
from mcpskills.statistics.figures import Call, Figures
from mcpskills.statistics.packing import Row, Rows
from mcpskills.statistics.sheet import HOUR, Kind, Sheet


def a_call(at: datetime = NOON, **fields: Any) -> Call:
    """Of the first version of `pdf-forms`, which ended well after a quarter of a second."""
    known = {"skill": "pdf-forms", "version": 1, "principal": "key:ada", "status": InvocationStatus.SUCCESS}
    return Call(at, **{"duration": 0.25, **known, **fields})


def figures_of(*calls: Call) -> Figures:
    figures = Figures()
    for call in calls:
        figures.observe(call)
    return figures


def rows_of(*calls: Call) -> Rows:
    rows: Rows = {}
    for call in calls:
        rows.setdefault(Row(call.skill or "", call.version), Figures()).observe(call)
    return rows


def a_sheet(start: datetime = NOON, **fields: Any) -> Sheet:
    """An hour of the first part, with a body that is no body of a sheet."""
    known = {"part": "00", "kind": Kind.HOUR, "until": start + HOUR, "body": b"a body"}
    return Sheet(start=start, **known | fields)
