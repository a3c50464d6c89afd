"""`mcpskills init`: a registry repository to start from, with example skills, CI and branch rules."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from mcpskills import claims, template
from mcpskills.adapters import folders
from mcpskills.adapters.git.seed import start
from mcpskills.printable import printable

_NEXT = """\
Next:
  cd {directory}
  $EDITOR .github/CODEOWNERS registry.toml   # who reviews, and by which limits
  git add --all && git commit -m 'Say who reviews'
  git remote add origin URL && git push -u origin {branch}
  gh api --method POST 'repos/{{owner}}/{{repo}}/rulesets' --input .github/rulesets/main.json   # protect the branch on GitHub

Serve it: mcpskills up --registry {directory}{option}
"""


def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where to put it: an empty folder, or a new one.")],
    branch: Annotated[str, typer.Option(metavar="NAME", help="The branch whose skills will be served.")] = "main",
) -> None:
    """Start a registry repository from a template.

    Writes example skills, the policy, workflows for GitHub and the rules of its branch, all in a first commit. Nothing is
    written when the folder holds something already.

    Example: `mcpskills init team-skills`
    """
    source = template.location()
    commit = start(directory, source, branch)
    skills = len(folders.find_below(directory / claims.SKILLS_ROOT))
    shown, named = printable(str(directory), 1000), shlex.quote(branch)
    typer.echo(
        f"Wrote {shown}: a registry repository with {skills} example skills, commit {commit[:12]} on {branch}.\n"
    )
    option = "" if branch == "main" else f" --branch {named}"
    typer.echo(_NEXT.format(directory=shlex.quote(shown), branch=named, option=option), nl=False)
