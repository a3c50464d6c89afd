"""`mcpskills promote NAME VERSION`: serve a version of one's choice."""

from typing import Annotated

import typer

from mcpskills.cli.admin_client import DEFAULT_URL, AsJson, IfGeneration, Url, ask, condition, skill_path
from mcpskills.cli.tables import hold, print_json, print_line


def promote(
    name: Annotated[str, typer.Argument(help="The skill's name.")],
    version: Annotated[int, typer.Argument(min=1, help="The version to serve.")],
    *,
    reason: Annotated[str, typer.Option(help="Why, for the audit and for who wonders.")],
    if_generation: IfGeneration = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Serve a version of a skill until another is chosen, at once and on every replica.

    Promoting the version that Git wants ends all holds.
    """
    body = {"version": version, "reason": reason}
    answer = ask(url, "POST", skill_path(name, "promote"), json=body, headers=condition(if_generation))
    if as_json:
        print_json(answer)
        return
    skill = answer["skill"]
    held = f", {hold(skill['hold'])}" if skill["hold"] else ", which Git wants."
    print_line(f"{name} serves version {skill['live_version']}{' now' if answer['changed'] else ' already'}{held}")
