"""Printing what a server answered. Text of skills is data: markup in it stays text, control characters are escaped."""

import json
import sys
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mcpskills.printable import printable

_LONGEST = 2000
_STYLES = {"ACTIVE": "green", "INACTIVE": "yellow", "ERROR": "bold red", "DRAFT": "cyan"}
_NOTHING = "-"


def print_json(answer: Any) -> None:
    """The answer as JSON in ASCII, which no text can break out of."""
    sys.stdout.write(json.dumps(answer, indent=2) + "\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], whole: Collection[str] = ()) -> None:
    """A table whose cells fold rather than lose their ends; those of the columns `whole`, which one copies, do not fold."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in whole)
    for row in rows:
        table.add_row(*map(cell, row))
    _console().print(table)


def print_fields(fields: Iterable[tuple[str, Any]]) -> None:
    """One `name value` per line; fields without a value are left out."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in fields:
        if value not in (None, "", [], {}):
            table.add_row(name, cell(value))
    _console().print(table)


def print_line(text: str = "", style: str = "") -> None:
    _console().print(Text(printable(text, _LONGEST), style=style), soft_wrap=True)


def cell(value: Any) -> Text:
    """A value as it may stand in a terminal."""
    if value is None:
        return Text(_NOTHING, style="dim")
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return Text(printable(shown, _LONGEST), style=_STYLES.get(shown, ""))


def second(moment: str) -> str:
    """A moment as it was answered, in UTC and to the second."""
    return f"{datetime.fromisoformat(moment).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def standing(found: dict[str, Any] | None) -> str:
    """What was decided against a version; empty for a good one."""
    return f"{found['kind']}: {found['reason']}" if found else ""


def note(skill: dict[str, Any]) -> str:
    """Why a skill is not served, or not as Git wants it, in one line; empty for one that is."""
    wanted = skill["wanted_standing"]
    said = f"version {skill['wanted_version']}, which Git wants, was {standing(wanted)}" if wanted else ""
    return " | ".join(filter(None, (said, hold(skill["hold"]), skill["load_error"])))


def hold(found: dict[str, Any] | None) -> str | None:
    """A hold in one line."""
    if found is None:
        return None
    what = "offline" if found["version"] is None else f"held at version {found['version']}"
    if found["standing"]:
        what += f" ({standing(found['standing'])})"
    until = "" if found["until"] == "lifted" else f", until {found['until']}"
    ends = f", expires {second(found['expires_at'])}" if found["expires_at"] else ""
    return f"{what} by {found['actor']}{until}{ends}: {found['reason']}"


def evaluation(found: dict[str, Any] | None) -> str | None:
    """What a version's evals came to in one line; None for a version without any."""
    if found is None:
        return None
    counted = ((found["passed"], "passed"), (found["failed"], "failed"), (found["not_run"], "not run"))
    return ", ".join(f"{number} {word}" for number, word in counted if number)


def _console() -> Console:
    return Console(highlight=False, emoji=False)
