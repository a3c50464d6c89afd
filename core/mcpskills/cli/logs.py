"""`mcpskills logs`: what was asked on `/mcp`, and what is asked just now."""

import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from mcpskills.cli.admin_client import DEFAULT_URL, AsJson, Url, ask, lines
from mcpskills.cli.tables import print_json, print_line, print_table, second
from mcpskills.errors import UnavailableError

_MOST = 200
_COLUMNS = ("When", "Status", "Method", "Skill", "Took", "Who", "Error")
_AGAIN_SECONDS = 1.0
_FORM = "{at}  {status:<7}  {took:>10}  {method}  {skill}  {who}  {error}"


class Status(StrEnum):
    SUCCESS = "SUCCESS"
    ERROR = "ERROR"
    TIMEOUT = "TIMEOUT"


def logs(
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what is asked from now on.")] = False,
    skill: Annotated[str | None, typer.Option(help="Only requests that name this skill.")] = None,
    status: Annotated[Status | None, typer.Option(help="Only requests that ended so.", case_sensitive=False)] = None,
    principal: Annotated[str | None, typer.Option(help="Only what the caller of this id or name asked.")] = None,
    session: Annotated[str | None, typer.Option(help="Only requests of this session.")] = None,
    text: Annotated[str | None, typer.Option(help="Only requests in whose record this stands.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Only what came then or later, in UTC.")] = None,
    until: Annotated[datetime | None, typer.Option(help="Only what came before, in UTC.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="The newest so many.")] = 50,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Show the newest requests to `/mcp`, the oldest of them first; with --follow also those that come, until Ctrl-C.

    With --follow and --json each request is a line of JSON.
    """
    said = {"skill": skill, "status": status, "principal": principal, "session": session, "text": text}
    moments = {"since": since, "until": until}
    wanted = {name: str(value) for name, value in said.items() if value is not None}
    wanted |= {name: value.replace(tzinfo=UTC).isoformat() for name, value in moments.items() if value is not None}
    page: dict[str, Any] = ask(url, "GET", "/logs", params={**wanted, "limit": limit})
    found = page["invocations"][::-1]
    if not follow:
        _show(found, page, as_json=as_json)
        return
    for row in found:
        _print(row, as_json=as_json)
    for row in _coming(url, wanted, found[-1]["id"] if found else None):
        _print(row, as_json=as_json)


def _coming(url: str, wanted: dict[str, str], last: str | None) -> Iterator[dict[str, Any]]:
    """Every request from now on; where the connection ends, from the last one on."""
    while True:
        headers = {} if last is None else {"Last-Event-ID": last}
        try:
            for line in lines(url, "/logs/follow", params=wanted, headers=headers):
                if not line.startswith("data:"):
                    continue
                said: dict[str, Any] = json.loads(line.removeprefix("data:"))
                if "left_out" in said:
                    # On stderr, so that what programs read is whole.
                    sys.stderr.write(f"{said['left_out']} came too fast and were left out: the journal has them.\n")
                else:
                    last = said["id"]
                    yield said
        except UnavailableError as error:
            print_line(f"{error.message} Trying again.", style="yellow")
        time.sleep(_AGAIN_SECONDS)


def _show(found: list[dict[str, Any]], page: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(page)
        return
    print_table(_COLUMNS, [_cells(row) for row in found])


def _cells(row: dict[str, Any]) -> tuple[str | None, ...]:
    skill = f"{row['skill']}@{row['version']}" if row["skill"] and row["version"] else row["skill"]
    took = f"{row['duration_ms']:.3f} ms"
    who = row["principal_name"] or row["principal"]
    return second(row["at"]), row["status"], row["method"], skill, took, who, row["error"]


def _print(row: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(row) + "\n")
    else:
        at, status, method, skill, took, who, error = (cell or "-" for cell in _cells(row))
        print_line(_FORM.format(at=at, status=status, took=took, method=method, skill=skill, who=who, error=error))
    # Whoever reads along wants it now, through a pipe as well.
    sys.stdout.flush()
