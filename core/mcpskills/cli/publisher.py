"""`mcpskills publisher accept-history`: what an operator decides about the publisher."""

from enum import StrEnum
from typing import Annotated

import typer

from mcpskills.cli.admin_client import DEFAULT_URL, AsJson, Url, ask
from mcpskills.cli.tables import print_json, print_line


class Task(StrEnum):
    ACCEPT_HISTORY = "accept-history"


def publisher(
    task: Annotated[Task, typer.Argument(help="Go on publishing after the tracked branch was rewritten.")],
    *,
    commit: Annotated[str, typer.Option(metavar="COMMIT", help="The whole id of the head that is accepted.")],
    reason: Annotated[str, typer.Option(help="Why, for the audit and for who wonders.")],
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Accept a history that was rewritten on purpose; a force-push freezes publishing until then.

    Publishing goes on from this commit and its descendants only: when the branch is rewritten once more, it freezes again. What
    is live stays until then, and version numbers go on.

    Example: `mcpskills publisher accept-history --commit 4b825dc642cb6eb9a060e54bf8d69288fbee4904 --reason "A password is out."`
    """
    answer = ask(url, "POST", f"/publisher/{task.value}", json={"commit": commit, "reason": reason})
    if as_json:
        print_json(answer)
        return
    print_line(f"Publishing goes on from {answer['commit']}{'' if answer['changed'] else ', as was accepted already'}.")
