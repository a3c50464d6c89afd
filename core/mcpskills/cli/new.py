"""`mcpskills new`: a skill to start from, which passes every rule."""

from pathlib import Path
from typing import Annotated

import typer

from mcpskills import claims
from mcpskills.errors import ConflictError, UnavailableError
from mcpskills.folder import SKILL_FILE
from mcpskills.validation.rules.names.name import fault, suggestion

_TEMPLATE = """\
---
name: {name}
description: Says in one or two sentences what this skill does. Use when the user asks for it, in the words that they would use.
license: Apache-2.0
metadata:
  author: your team
  version: "0.1.0"
---

# {title}

What an agent needs to know to do this well, in the order in which it needs it.

## Steps

1. Say what to look at first, and what a good result looks like.
2. Name files of this folder when they are needed: details below `references/`, programs below `scripts/`, templates and other
   material below `assets/`.
3. Say how to check the result.

## Examples

Show one request and the answer that you would give.
"""


def new(
    name: Annotated[str, typer.Argument(help="The skill's name, such as pdf-forms.")],
    directory: Annotated[
        Path, typer.Option("--dir", help="Where to put it: a registry repository, or any folder.", file_okay=False)
    ] = Path(),
) -> None:
    """Start a skill from a template.

    Writes `skills/NAME/SKILL.md` when the folder has a `skills` folder, as a registry repository has, else `NAME/SKILL.md`.
    """
    problem = fault(name)
    if problem:
        near = suggestion(name)
        raise typer.BadParameter(f"{problem}." + (f" Try {near}." if near else ""), param_hint="NAME")
    root = directory / claims.SKILLS_ROOT
    folder = (root if root.is_dir() else directory) / name
    _write(folder, name)
    typer.echo(f"Wrote {folder / SKILL_FILE}\n")
    typer.echo(f"Next: edit it, check it with `mcpskills validate {folder}`, then commit and push it.")


def _write(folder: Path, name: str) -> None:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir()
        title = name.replace("-", " ").capitalize()
        (folder / SKILL_FILE).write_text(_TEMPLATE.format(name=name, title=title), encoding="utf-8", newline="\n")
    except FileExistsError as error:
        raise ConflictError(f"{error.filename} exists already; nothing was written.") from error
    except OSError as error:
        raise UnavailableError(f"{folder} cannot be written: {error.strerror}.") from error
