"""`mcpskills close ID`: end a proposal that is not wanted."""

from typing import Annotated

import typer

from mcpskills.cli.admin_client import DEFAULT_URL, AsJson, Url, ask, proposal_path
from mcpskills.cli.tables import print_json, print_line


def close(
    which: Annotated[str, typer.Argument(metavar="ID", help="The proposal.")],
    *,
    comment: Annotated[str, typer.Option(help="Why, for its author.")] = "",
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Close a proposal without merging it.

    Example: `mcpskills close update-pdf-forms-1f2e3d4c --comment "Another one does the same."`
    """
    answer = ask(url, "POST", proposal_path(which, "close"), json={"comment": comment})
    if as_json:
        print_json(answer)
        return
    print_line(f"Proposal {which} is {answer['state']}.")
