"""`mcpskills list`: the skills of a running server."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from mcpskills.cli.admin_client import DEFAULT_URL, AsJson, Url, ask
from mcpskills.cli.tables import note, print_json, print_line, print_table

_PAGE = 200


class Status(StrEnum):
    """The statuses of a skill, as they are typed."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    ERROR = "error"
    DRAFT = "draft"


def list_skills(
    query: Annotated[
        str, typer.Argument(metavar="[WORDS]", help="Words that must stand in name, folder or text.")
    ] = "",
    status: Annotated[Status | None, typer.Option(help="Only skills of this status.")] = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """List the skills of a running server, with what keeps them from being served, and what keeps all new content back.

    Examples: `mcpskills list`, `mcpskills list --status error`, `mcpskills list pdf --json`
    """
    params: dict[str, Any] = {"limit": _PAGE}
    if query:
        params["q"] = query
    if status:
        params["status"] = status.value.upper()
    skills, last = _all(url, params)
    if as_json:
        print_json({"skills": skills, **last})
        return
    frozen = last["frozen"]
    if frozen:
        print_line("Nothing new goes live; what is live stays live. The reason:", style="bold red")
        print_line(frozen, style="red")
        print_line()
    if skills:
        print_table(("Name", "Status", "Live", "Label", "Folder", "Note"), map(_row, skills))
        print_line(f"Generation {last['generation']}", "dim")
    else:
        print_line(
            "No skill matches." if query or status else "There is no skill yet: push one to the registry repository."
        )


def _all(url: str, params: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The skills of all pages, and what the answers say beside them: the oldest generation, and why publishing is frozen."""
    skills: list[dict[str, Any]] = []
    cursor, generation = None, None
    while True:
        page = ask(url, "GET", "/skills", params={**params, "cursor": cursor} if cursor else params)
        skills += page["skills"]
        cursor = page["next_cursor"]
        # A change on the condition of it must not pass over what came after the first page.
        generation = page["generation"] if generation is None else min(generation, page["generation"])
        if cursor is None:
            return skills, {"frozen": page["frozen"], "generation": generation}


def _row(skill: dict[str, Any]) -> tuple[Any, ...]:
    return (skill["name"], skill["status"], skill["live_version"], skill["label"], skill["path"], note(skill))
