"""`mcpskills eval`: tries what skills say of themselves on the search that clients get."""

import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from mcpskills import claims, skill
from mcpskills.cli.change import by_change
from mcpskills.cli.selection import Selected, Selection, Source, by_paths
from mcpskills.errors import CorruptedError, InvalidInputError
from mcpskills.evals import judge, reading
from mcpskills.evals.report import Evaluated, as_json, as_markdown, as_text
from mcpskills.folder import SKILL_FILE, SkillFolder
from mcpskills.skill import Skill
from mcpskills.validation.policy import Limits
from mcpskills.validation.reports.inert import inert
from mcpskills.validation.reports.json_document import dumped

_BROKEN = "its SKILL.md breaks rules; `mcpskills validate` says which"


class Format(StrEnum):
    """How the outcome is printed."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def evaluate(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH", help="Skills, or folders that hold skills; else this folder.")
    ] = None,
    changed: Annotated[
        str | None, typer.Option(metavar="BASE..HEAD", help="Only the skills that differ between two commits.")
    ] = None,
    output: Annotated[
        Format, typer.Option("--format", "-f", help="Text for people, JSON for programs, Markdown for a comment.")
    ] = Format.TEXT,
) -> None:
    """Try the evals of skills: does the search find them for these requests, and not for those?

    Each skill is tried among all skills of its registry repository. Exits with 0 when no case failed, 1 when one did or a
    skill could not be evaluated, and 2 when there is no skill. Runs of scripts are listed, but not run.

    Examples: `mcpskills eval`, `mcpskills eval skills/pdf-forms`, `mcpskills eval --changed main..HEAD --format markdown`
    """
    evaluated = list(_evaluated(_selection(paths or [Path()], changed)))
    _print(evaluated, output)
    if not all(each.ok for each in evaluated):
        raise typer.Exit(1)


def _selection(paths: list[Path], changed: str | None) -> Selection:
    if changed is None:
        return by_paths(paths)
    if len(paths) > 1:
        raise typer.BadParameter("With --changed, name at most the clone that the commits are in.", param_hint="PATH")
    return by_change(paths[0], changed)


def _print(evaluated: Sequence[Evaluated], output: Format) -> None:
    if output is Format.JSON:
        sys.stdout.write(dumped(as_json(evaluated), indent=2))
    elif output is Format.MARKDOWN:
        sys.stdout.write("\n".join(as_markdown(evaluated)) + "\n")
    else:
        console = Console(highlight=False, emoji=False)
        with console.capture() as captured:
            for part in as_text(evaluated):
                console.print(part)
        # Only now a line is what it will be: a cell that folds may begin one with anything.
        for line in captured.get().splitlines():
            sys.stdout.write(inert(line) + "\n")


def _evaluated(selection: Selection) -> Iterator[Evaluated]:
    outside: list[Selected] = []
    inside: dict[str, list[Selected]] = {around.prefix: [] for around in selection.around}
    known = {around.prefix: around.skills for around in selection.around}
    for each in selection.skills:
        in_registry = each.source.at in known.get(each.prefix, ())
        (inside[each.prefix] if in_registry else outside).append(each)
    for prefix, selected in inside.items():
        yield from _among(tuple(known[prefix].values()), selected)
    yield from _among([each.source for each in outside], outside)


def _among(sources: Sequence[Source], selected: Sequence[Selected]) -> Iterator[Evaluated]:
    """The selected skills that carry evals, each tried among all the sources; these are read when the first one asks."""
    # Loaded here: the base install lacks the search, and its help lists this command all the same.
    index = cache(lambda: import_module("mcpskills.adapters.search.index").SearchIndex.of(_served(sources, selected)))
    for each in selected:
        path = each.prefix + each.source.at
        folder = _read(each.source)
        evals = reading.read(folder)
        if not evals and not evals.flaws:
            continue
        found = _skill(folder)
        if found is None:
            yield Evaluated(folder.name, path, (), evals.flaws, _BROKEN)
        elif each.neighbours.rivals:
            problem = claims.reason(found.name, each.neighbours.rivals)
            yield Evaluated(found.name, path, (), evals.flaws, problem)
        else:
            results = judge.evaluate(found.name, evals, lambda request, limit: index().names(request, limit))
            yield Evaluated(found.name, path, results, evals.flaws)


def _served(sources: Sequence[Source], selected: Sequence[Selected]) -> Iterator[Skill]:
    """The skills that would be live, as far as their SKILL.md tells: nobody gets a name that several claim."""
    contested = claims.settle([source.at for source in sources], {}).rivals.keys()
    winners = {each.source.at for each in selected if not each.neighbours.rivals}
    for source in sources:
        if source.at in winners or source.at not in contested:
            found = _skill(_read(source))
            if found is not None:
                yield found


def _read(source: Source) -> SkillFolder:
    """What stands there; nothing when it cannot be read, which is for `mcpskills validate` to tell."""
    try:
        return source.read()
    except (CorruptedError, InvalidInputError):
        return SkillFolder(source.at, {})


def _skill(folder: SkillFolder) -> Skill | None:
    """None for a SKILL.md that no registry would publish."""
    entry = folder.files.get(SKILL_FILE)
    if entry is None or entry.size > Limits().skill_md_bytes:
        return None
    try:
        found = skill.read(entry.content)
    except (InvalidInputError, UnicodeDecodeError):
        return None
    return found if found.name == folder.name else None
