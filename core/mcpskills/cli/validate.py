"""`mcpskills validate`: the rules, for people before a commit and for the CI of a registry repository."""

import json
import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from mcpskills import claims
from mcpskills.adapters import folders
from mcpskills.cli.registry import limits_of, registry_of
from mcpskills.validation.finding import Finding, Severity
from mcpskills.validation.report import as_json, as_text
from mcpskills.validation.validate import validate as judge

_SLOW = 20
"""Skills from which on a progress bar is worth its lines."""


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"


def validate(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Skills, or folders that hold skills.")],
    output: Annotated[
        Format, typer.Option("--format", "-f", help="Text for people or JSON for programs.")
    ] = Format.TEXT,
) -> None:
    """Check skills by the rules of a registry.

    Prints what was found with file and line, and what to do about it. Exits with 0 when no skill has an error, 1 when one
    has, and 2 when there is nothing to check. Inside a registry repository its registry.toml sets the limits.

    Examples: `mcpskills validate skills/pdf-forms`, `mcpskills validate . --format json`
    """
    skills = _skills(paths)
    findings = list(_findings(skills))
    if output is Format.JSON:
        sys.stdout.write(json.dumps(as_json(len(skills), findings), indent=2) + "\n")
    else:
        console = Console(highlight=False, soft_wrap=True)
        for line in as_text(len(skills), findings):
            console.print(line)
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise typer.Exit(1)


def _skills(paths: Iterable[Path]) -> dict[Path, str]:
    """Each skill's folder once, with the path to show for it."""
    found: dict[Path, str] = {}
    for path in paths:
        if not path.is_dir():
            what = "is a file; name the skill's folder" if path.exists() else "does not exist"
            raise typer.BadParameter(f"{path} {what}.", param_hint="PATH")
        skills = _below(path)
        if not skills:
            raise typer.BadParameter(f"{path} holds no folder with a SKILL.md.", param_hint="PATH")
        for skill in skills:
            found.setdefault(skill.resolve(), _shown(skill))
    return found


def _below(path: Path) -> list[Path]:
    root = path / claims.SKILLS_ROOT
    is_registry = registry_of(path) == path.resolve()
    return folders.find_below(root) if is_registry and root.is_dir() else folders.find(path)


def _shown(path: Path) -> str:
    # `.` and `..` do not tell a folder's name, which the rules look at.
    return path.as_posix() if path.name not in {"", ".."} else path.resolve().as_posix()


def _findings(skills: dict[Path, str]) -> Iterator[Finding]:
    registries = {path: registry_of(path) for path in skills}
    limits = {registry: limits_of(registry) for registry in set(registries.values())}
    rivals = claims.settle(tuple(skills.values()), {}).rivals
    with Progress(console=Console(stderr=True), transient=True, disable=len(skills) < _SLOW) as progress:
        for path, shown in progress.track(sorted(skills.items(), key=lambda item: item[1]), description="Checking"):
            yield from judge(folders.read(path, shown), limits[registries[path]], rivals.get(shown, ())).findings
