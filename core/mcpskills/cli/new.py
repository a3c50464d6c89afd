"""`mcpskills new`: a skill to start from, which passes every rule."""

from pathlib import Path
from typing import Annotated

import typer

from mcpskills import claims, first_draft
from mcpskills.errors import ConflictError, UnavailableError
from mcpskills.folder import SKILL_FILE
from mcpskills.validation.rules.names.name import fault, suggestion


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
        (folder / SKILL_FILE).write_text(first_draft.instructions(name), encoding="utf-8", newline="\n")
    except FileExistsError as error:
        raise ConflictError(f"{error.filename} exists already; nothing was written.") from error
    except OSError as error:
        raise UnavailableError(f"{folder} cannot be written: {error.strerror}.") from error
