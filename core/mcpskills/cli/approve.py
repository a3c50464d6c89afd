"""`mcpskills approve ID`: say yes to a proposal as it is now."""

from typing import Annotated

import typer

from mcpskills.cli.admin_client import DEFAULT_URL, AsJson, Head, Url, ask, head_of, proposal_path
from mcpskills.cli.tables import print_json, print_line


def approve(
    which: Annotated[str, typer.Argument(metavar="ID", help="The proposal.")],
    *,
    head: Head = None,
    comment: Annotated[str, typer.Option(help="What there is to say.")] = "",
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Approve a proposal. What is pushed to it afterwards needs another approval.

    Example: `mcpskills approve update-pdf-forms-1f2e3d4c --comment "Looks right."`
    """
    body = {"head": head_of(url, which, head), "comment": comment}
    answer = ask(url, "POST", proposal_path(which, "approve"), json=body)
    if as_json:
        print_json(answer)
        return
    if answer["approved"]:
        print_line(f"Proposal {which} is approved at commit {answer['commit']}.")
    else:
        print_line(f"The approval is noted, and does not count for a review: {answer['author']} proposed it as well.")
