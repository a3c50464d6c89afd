"""`mcpskills pack`: the very package that a publisher would make of a folder."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from mcpskills import package
from mcpskills.adapters import folders
from mcpskills.canonical import canonical
from mcpskills.cli.policy import policy_at
from mcpskills.cli.registry import registry_of
from mcpskills.errors import InvalidInputError, UnavailableError
from mcpskills.folder import SkillFolder
from mcpskills.validation.validate import validate


def pack(
    path: Annotated[Path, typer.Argument(help="The skill's folder.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write; NAME.zip here by default.", dir_okay=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Make the package of a skill.

    The same folder gives the same bytes and the same digest on every machine, and these are what a registry publishes.
    Skills with errors are refused, as a registry would.
    """
    if not path.is_dir():
        raise typer.BadParameter(f"{path} is not a folder.", param_hint="PATH")
    folder, rewritten = _accepted(path)
    built = package.build(folder)
    target = _target(path, output or Path(f"{folder.name}.zip"))
    try:
        target.write_bytes(built.archive)
    except OSError as error:
        raise UnavailableError(f"{target} cannot be written: {error.strerror}.") from error
    typer.echo(_as_json(target, built, rewritten) if as_json else _as_text(target, built, rewritten))


def _accepted(path: Path) -> tuple[SkillFolder, bool]:
    folder = folders.read(path, path.resolve().name)
    verdict = validate(folder, policy_at(registry_of(path)))
    if not verdict.ok:
        raise InvalidInputError(verdict.reason)
    return canonical(folder)


def _target(path: Path, output: Path) -> Path:
    if output.resolve().is_relative_to(path.resolve()):
        raise InvalidInputError(
            f"{output} lies inside of the skill, so the next package would contain it; choose another place with --output."
        )
    return output


def _as_text(target: Path, built: package.Package, rewritten: bool) -> str:
    lines = [
        f"{file.size:>10}  {file.path}" + (" (executable)" if file.executable else "") for file in built.manifest.files
    ]
    changed = ["The frontmatter of SKILL.md was brought to its canonical form."] if rewritten else []
    return "\n".join(
        [
            f"Wrote {target}",
            *changed,
            f"{built.digest}  {len(built.archive)} bytes, {len(lines)} file{'s' * (len(lines) != 1)}",
            *lines,
        ]
    )


def _as_json(target: Path, built: package.Package, rewritten: bool) -> str:
    files = [asdict(file) for file in built.manifest.files]
    return json.dumps(
        {
            "output": str(target),
            "digest": built.digest,
            "size": len(built.archive),
            "rewritten": rewritten,
            "files": files,
        },
        indent=2,
    )
