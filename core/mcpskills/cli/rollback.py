"""`mcpskills rollback NAME`: serve an older version now, and propose the same to Git."""

from typing import Annotated, Any

import typer

from mcpskills.cli.admin_client import DEFAULT_URL, AsJson, IfGeneration, Url, ask, condition, skill_path
from mcpskills.cli.tables import print_json, print_line
from mcpskills.version import HoldUntil


def rollback(
    name: Annotated[str, typer.Argument(help="The skill's name.")],
    *,
    reason: Annotated[str, typer.Option(help="Why, for the audit and for who wonders.")],
    to: Annotated[
        int | None, typer.Option(min=1, help="The version to serve; the one before the live one if left out.")
    ] = None,
    until: Annotated[
        HoldUntil,
        typer.Option(help="When it ends: when it is lifted, or also when content newer than the bad version lands."),
    ] = HoldUntil.LIFTED,
    if_generation: IfGeneration = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Serve an older version of a skill, at once and on every replica, and open a proposal that reverts Git.

    Example: `mcpskills rollback pdf-forms --to 1 --reason "Version 2 drops table rows."`

    Merging the proposal does not end the rollback: `mcpskills lift pdf-forms` does, and with `--until superseded` newer content.
    """
    body: dict[str, Any] = {"reason": reason, "until": until.value}
    if to is not None:
        body["version"] = to
    answer = ask(url, "POST", skill_path(name, "rollback"), json=body, headers=condition(if_generation))
    if as_json:
        print_json(answer)
        return
    hold = answer["skill"]["hold"]
    if answer["changed"]:
        print_line(f"{name} serves version {hold['version']} instead of {hold['instead_of']} now.")
    else:
        print_line(f"{name} is held at version {hold['version']} already.")
    if answer["proposal"]:
        print_line(f"To bring Git to the same content, merge {answer['proposal']['branch']}.")
    else:
        print_line(f"There is no proposal to revert Git: {answer['proposal_error']}")
    print_line(_end(name, hold))


def _end(name: str, hold: dict[str, Any]) -> str:
    """What ends the rollback. The proposal brings back older content, which no hold ends with."""
    if hold["until"] == HoldUntil.SUPERSEDED.value:
        return (
            f"Content newer than version {hold['instead_of']} ends the rollback, and so does `mcpskills lift {name}`; merging "
            "this proposal does not."
        )
    return f"End the rollback with `mcpskills lift {name}`; merging a proposal does not end it."
