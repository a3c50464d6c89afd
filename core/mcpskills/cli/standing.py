"""`mcpskills yank`, `revoke` and `restore`: what is decided about a single version."""

from typing import Annotated, Any

import typer

from mcpskills.cli.admin_client import DEFAULT_URL, AsJson, IfGeneration, Url, ask, condition, skill_path
from mcpskills.cli.tables import print_json, print_line

Name = Annotated[str, typer.Argument(help="The skill's name.")]
Number = Annotated[int, typer.Argument(min=1, help="The version's number.")]
Reason = Annotated[str, typer.Option(help="Why, for the audit and for who wonders.")]


def yank(
    name: Name,
    number: Number,
    *,
    reason: Reason,
    if_generation: IfGeneration = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Choose a version no more: the newest good one below it goes live instead. Who pinned it reads it still.

    Example: `mcpskills yank pdf-forms 3 --reason "It drops table rows."`
    """
    _decide(url, name, number, "yank", if_generation, as_json=as_json, json={"reason": reason})


def revoke(
    name: Name,
    number: Number,
    *,
    reason: Reason,
    if_generation: IfGeneration = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Refuse a version's bytes on every replica, pinned addresses too; for what is dangerous and not only wrong.

    Example: `mcpskills revoke pdf-forms 3 --reason "It sends invoices to a stranger."`
    """
    _decide(url, name, number, "revoke", if_generation, as_json=as_json, json={"reason": reason})


def restore(
    name: Name,
    number: Number,
    *,
    if_generation: IfGeneration = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Put a version back in good standing that was yanked or revoked."""
    _decide(url, name, number, "restore", if_generation, as_json=as_json)


def _decide(
    url: str, name: str, number: int, what: str, if_generation: int | None, *, as_json: bool, **more: Any
) -> None:
    path = skill_path(name, "versions", str(number), what)
    answer = ask(url, "POST", path, headers=condition(if_generation), **more)
    if as_json:
        print_json(answer)
        return
    standing = answer["version"]["standing"]
    now = f"{standing['kind']} ({standing['reason']})" if standing else "in good standing"
    print_line(f"Version {number} of {name} is {now}{'' if answer['changed'] else ' already'}.")
    live = answer["live_version"]
    print_line(f"{name} serves version {live}." if live else f"Nothing is live of {name}.")
