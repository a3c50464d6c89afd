"""`mcpskills audit`: the trail of every change of what is served, and whether it is whole."""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from mcpskills import audit as trail
from mcpskills.audit import AuditEntry, Head, TrailPage
from mcpskills.cli.admin_client import DEFAULT_URL, AsJson, Url, ask
from mcpskills.cli.tables import print_json, print_line, print_table, second

_PAGE = 1000
_DIGITS = 12
_HASH = re.compile(r"[0-9a-f]{64}")


class Task(StrEnum):
    LIST = "list"
    EXPORT = "export"
    VERIFY = "verify"


_PANEL = "With list and export"


def audit(
    task: Annotated[
        Task, typer.Argument(help="Show the entries, print them as JSON Lines, or check the chain.")
    ] = Task.LIST,
    *,
    after: Annotated[
        int | None, typer.Option(min=0, help="With `list`: only entries that follow this sequence.", show_default="0")
    ] = None,
    actor: Annotated[
        str | None, typer.Option(help="Only what somebody of this name did.", rich_help_panel=_PANEL)
    ] = None,
    action: Annotated[
        str | None, typer.Option(help="Only entries of this kind, such as `rollback`.", rich_help_panel=_PANEL)
    ] = None,
    skill: Annotated[str | None, typer.Option(help="Only what was done to this skill.", rich_help_panel=_PANEL)] = None,
    since: Annotated[
        datetime | None, typer.Option(help="Only what was done then or later, in UTC.", rich_help_panel=_PANEL)
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(help="Only what was done before, in UTC.", rich_help_panel=_PANEL)
    ] = None,
    expect: Annotated[
        str | None,
        typer.Option(
            metavar="HASH", help="With `verify`: a hash that it printed before, which must still be in the chain."
        ),
    ] = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Show the trail of every change and denied attempt, export it, or verify that no entry was changed, left out or put in.

    Keep the hash that `mcpskills audit verify` prints: with `--expect` a trail that was cut or written anew shows as well.
    """
    looked_for = _looked_for(actor=actor, action=action, skill=skill, since=since, until=until)
    _require_sense(task, after, expect, looked_for)
    pages = _pages(url, {"after": after or 0, **looked_for})
    if task is Task.EXPORT:
        _export(pages)
        return
    if task is Task.LIST:
        _show([entry for page in pages for entry in page["entries"]], as_json=as_json)
        return
    head = trail.verified(_parsed(pages), expect)
    if as_json:
        print_json({"sequence": head.sequence, "hash": head.hash})
    else:
        print_line(f"The trail is whole: {head.sequence} entries, and the newest has the hash {head.hash}.")


def _looked_for(**said: str | datetime | None) -> dict[str, str]:
    """The parameters of a look for some of the entries."""
    return {
        name: value.replace(tzinfo=UTC).isoformat() if isinstance(value, datetime) else value
        for name, value in said.items()
        if value is not None
    }


def _require_sense(task: Task, after: int | None, expect: str | None, looked_for: dict[str, str]) -> None:
    """An option that would be passed over in silence is wrong usage."""
    for name in (*(["after"] if after is not None else []), *looked_for):
        if task is Task.VERIFY:
            raise typer.BadParameter(
                f"the whole chain is verified; --{name} goes with `audit list` and `export`.", param_hint=f"--{name}"
            )
    if task is not Task.VERIFY and expect is not None:
        raise typer.BadParameter(
            "nothing is checked by a list; --expect goes with `audit verify`.", param_hint="--expect"
        )
    if expect is not None and not _HASH.fullmatch(expect):
        raise typer.BadParameter(
            "expected the 64 lower-case hex digits that `audit verify` printed.", param_hint="--expect"
        )


def _pages(url: str, params: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The trail page by page, each asked for when it is wanted: a trail may be larger than the memory of whoever reads it."""
    after = params["after"]
    while after is not None:
        page: dict[str, Any] = ask(url, "GET", "/audit", params={**params, "after": after, "limit": _PAGE})
        yield page
        after = page["next_after"]


def _export(pages: Iterator[dict[str, Any]]) -> None:
    for page in pages:
        sys.stdout.writelines(json.dumps(entry) + "\n" for entry in page["entries"])


def _parsed(pages: Iterable[dict[str, Any]]) -> Iterator[TrailPage]:
    for page in pages:
        yield TrailPage(page["tenant"], Head(**page["head"]), [_entry(fields) for fields in page["entries"]])


def _entry(fields: dict[str, Any]) -> AuditEntry:
    return AuditEntry(**{**fields, "at": datetime.fromisoformat(fields["at"])})


def _show(entries: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        print_json({"entries": entries})
        return
    rows = [
        (
            str(each["sequence"]),
            second(each["at"]),
            each["actor"],
            each["action"],
            each["skill"] or "",
            _told(each["detail"]),
        )
        for each in entries
    ]
    print_table(("Entry", "When", "Who", "What", "Skill", "Detail"), rows)


def _told(detail: dict[str, Any]) -> str:
    """In few words; `--json` has all digits of what is shortened here."""
    shown = {
        key: str(value).removeprefix("sha256:")[:_DIGITS] if key in {"digest", "commit"} else value
        for key, value in detail.items()
    }
    # That nothing is live any more is what happened; other fields without a value say nothing.
    told = {key: "none" if value is None and key in _POINTERS else value for key, value in shown.items()}
    return ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in told.items() if value is not None)


_POINTERS = {"live", "was_live"}
