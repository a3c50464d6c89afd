"""`mcpskills lift NAME`: end a rollback, or bring back what was taken offline."""

from typing import Annotated, Any

import typer

from mcpskills.cli.admin_client import DEFAULT_URL, AsJson, IfGeneration, Url, ask, condition, skill_path
from mcpskills.cli.tables import hold, note, print_json, print_line


def lift(
    name: Annotated[str, typer.Argument(help="The skill's name.")],
    *,
    if_generation: IfGeneration = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """End a skill's hold, so that what Git wants goes live, at once and on every replica.

    A hold is what a rollback places, or taking a skill offline. When a rollback was in force as the skill was taken offline, it
    is in force again; the same command ends that, too.
    """
    answer = ask(url, "POST", skill_path(name, "lift"), headers=condition(if_generation))
    if as_json:
        print_json(answer)
        return
    print_line(_outcome(answer["skill"], changed=answer["changed"]))


def _outcome(skill: dict[str, Any], *, changed: bool) -> str:
    name, live = skill["name"], skill["live_version"]
    if not changed:
        what = f"version {live} is live." if live else f"nothing is live of {name}: {note(skill)}"
        return f"{name} is under no hold; {what}"
    if live is None:
        return f"Nothing is live of {name}: {note(skill)}"
    if skill["hold"]:
        return f"{name} serves version {live} again, {hold(skill['hold'])}"
    if live != skill["wanted_version"]:
        return f"{name} serves version {live} now: {note(skill)}"
    return f"{name} serves version {live} now, which Git wants."
