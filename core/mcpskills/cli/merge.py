"""`mcpskills merge ID`: bring a proposal into the registry, and with it to all clients."""

from typing import Annotated

import typer

from mcpskills.cli.admin_client import DEFAULT_URL, AsJson, Head, Url, ask, head_of, proposal_path
from mcpskills.cli.tables import print_json, print_line


def merge(
    which: Annotated[str, typer.Argument(metavar="ID", help="The proposal.")],
    *,
    head: Head = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Merge a proposal. The publisher looks at once.

    With `--head` exactly that commit is merged, or nothing: say it after you looked at the proposal.

    Example: `mcpskills merge update-pdf-forms-1f2e3d4c`
    """
    answer = ask(url, "POST", proposal_path(which, "merge"), json={"head": head_of(url, which, head)})
    if as_json:
        print_json(answer)
        return
    commit = (answer["ending"] or {}).get("commit")
    print_line(f"Proposal {which} is merged{f' as commit {commit}' if commit else ''}.")
