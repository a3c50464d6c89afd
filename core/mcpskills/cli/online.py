"""`mcpskills offline NAME` and `mcpskills online NAME`: serve a skill no more, and again."""

from typing import Annotated, Any

import typer

from mcpskills.cli.admin_client import DEFAULT_URL, AsJson, IfGeneration, Url, ask, condition, skill_path
from mcpskills.cli.tables import note, print_json, print_line

Name = Annotated[str, typer.Argument(help="The skill's name.")]


def offline(
    name: Name,
    *,
    reason: Annotated[str, typer.Option(help="Why, for the audit and for who wonders.")],
    if_generation: IfGeneration = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Serve a skill no more, at once and on every replica, until it is brought online again."""
    answer = ask(url, "DELETE", skill_path(name), params={"reason": reason}, headers=condition(if_generation))
    if as_json:
        print_json(answer)
        return
    print_line(
        f"{name} is offline{' now' if answer['changed'] else ' already'}; `mcpskills online {name}` brings it back."
    )


def online(name: Name, *, if_generation: IfGeneration = None, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """Serve a skill again that was taken offline; a rollback that was in force then is again."""
    answer = ask(url, "POST", skill_path(name, "online"), headers=condition(if_generation))
    if as_json:
        print_json(answer)
        return
    print_line(_outcome(answer["skill"], changed=answer["changed"]))


def _outcome(skill: dict[str, Any], *, changed: bool) -> str:
    name, live = skill["name"], skill["live_version"]
    if live is not None:
        return f"{name} serves version {live}{' again' if changed else '; it was not offline'}."
    return (
        f"{name} {'is offline no more' if changed else 'was not offline'}, but nothing is live of {name}: {note(skill)}"
    )
