"""`mcpskills access`: who sees which skills of a running server."""

from typing import Annotated, Any

import typer

from mcpskills.cli.admin_client import DEFAULT_URL, AsJson, IfGeneration, Url, ask, condition, skill_path
from mcpskills.cli.tables import print_json, print_line, print_table
from mcpskills.errors import InvalidInputError

EVERYBODY = "everybody"


def access(
    name: Annotated[str | None, typer.Argument(help="The skill's name; without one, all restrictions.")] = None,
    *,
    group: Annotated[list[str] | None, typer.Option(help="A group that sees the skill; may be repeated.")] = None,
    everybody: Annotated[bool, typer.Option("--everybody", help="Restrict the skill no more.")] = False,
    reason: Annotated[str, typer.Option(help="Why, for the audit and for who wonders.")] = "",
    if_generation: IfGeneration = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Show who sees a skill, or have only some groups see it, or everybody again. It holds for all versions, and at once.

    Example: `mcpskills access payroll-export --group finance --reason "It knows the layout of salary slips."`

    A name may be restricted before a skill has it, so that its first version is seen by nobody else.
    """
    if not group and not everybody:
        _show(url, name, as_json=as_json)
        return
    if name is None or (group and everybody):
        raise InvalidInputError("Say the name of one skill, and either --everybody or --group, once for each group.")
    if not reason:
        raise InvalidInputError("Say why with --reason.")
    body = {"groups": list(group or ()), "reason": reason}
    answer = ask(url, "PUT", skill_path(name, "access"), json=body, headers=condition(if_generation))
    if as_json:
        print_json(answer)
        return
    seen, said = ", ".join(answer["groups"]) or EVERYBODY, "now" if answer["changed"] else "already"
    print_line(f"{name} is seen by {seen} {said}.")
    if not answer["known"]:
        print_line(f"No skill is called {name} yet; the first version of one will be seen by {seen}.")


def _show(url: str, name: str | None, *, as_json: bool) -> None:
    answer = ask(url, "GET", "/restrictions")
    found: list[dict[str, Any]] = [each for each in answer["restrictions"] if name in (None, each["name"])]
    if as_json:
        print_json({**answer, "restrictions": found})
    elif name is not None:
        print_line(f"{name} is seen by {', '.join(found[0]['groups']) if found else EVERYBODY}.")
    elif found:
        print_table(
            ("Skill", "Seen by", "Served"), ((r["name"], r["groups"], "yes" if r["served"] else "") for r in found)
        )
    else:
        print_line("No skill is restricted.")
