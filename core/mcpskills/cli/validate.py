"""`mcpskills validate`: the rules, for people before a commit and for the CI of a registry repository."""

import os
from importlib import import_module
from pathlib import Path
from typing import Annotated

import platformdirs
import typer
from rich.console import Console

from mcpskills.adapters.text_cache import TextCache
from mcpskills.cli import advice, last_run, workers
from mcpskills.cli.choice import choose
from mcpskills.cli.last_run import Asked
from mcpskills.errors import UnavailableError
from mcpskills.validation.reports import Format
from mcpskills.validation.reports.report import Report
from mcpskills.validation.reports.text import as_text, lines

_CACHE = "results.sqlite"


def validate(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATH", help="Skills, files of skills, or folders that hold skills.")
    ] = None,
    *,
    changed: Annotated[
        str | None,
        typer.Option(metavar="BASE..HEAD", help="Only the skills that differ between two commits, by BASE's policy."),
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(help="Judge by this file instead of the registry.toml.", dir_okay=False),
    ] = None,
    output: Annotated[
        list[str] | None,
        typer.Option("--format", "-f", metavar="FORMAT[=FILE]", help="Of the report; repeatable."),
    ] = None,
    cache: Annotated[
        Path | None, typer.Option(envvar="MCPSKILLS_CACHE", help="Where results are kept.", file_okay=False)
    ] = None,
    repair: Annotated[bool, typer.Option("--fix", help="First put right what has one right answer.")] = False,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Judge everything anew.")] = False,
    jobs: Annotated[int | None, typer.Option(min=1, help="Processes to use; by default one for each core.")] = None,
    advisers: advice.Names = None,
    advice_program: advice.Program = advice.SCANNER,
    advice_url: advice.Url = None,
    advice_model: advice.Model = None,
    advice_key: advice.Key = None,
) -> None:
    """Check skills by the rules of a registry, and report as text, json, sarif, github or markdown.

    Exits with 0 when nothing blocks, 1 when something does, and 2 when there is nothing to check.

    Examples: `mcpskills validate skills/pdf-forms`, `mcpskills validate --changed origin/main..HEAD --format github`
    """
    formats = [_format(text) for text in output or [Format.TEXT]]
    asked = Asked(
        paths=tuple(paths or ()),
        changed=changed,
        policy=policy,
        repair=repair,
        cache=None if no_cache else (cache or platformdirs.user_cache_path("mcpskills")) / _CACHE,
        jobs=jobs or os.cpu_count() or 1,
        advice=advice.Settings(tuple(advisers or ()), advice_program, advice_url, advice_model, advice_key),
    )
    report = _known(asked, formats) or _judged(asked)
    for name, file in formats:
        _print(name, file, report)
    if any(finding.blocks for finding in report.findings):
        raise typer.Exit(1)


def _known(asked: Asked, formats: list[tuple[Format, Path | None]]) -> Report | None:
    """What the last run found, when it is all still true. Other reports than text tell more than findings."""
    if (
        asked.changed
        or asked.repair
        or asked.advice.names
        or asked.cache is None
        or not asked.cache.exists()
        or any(name is not Format.TEXT for name, _ in formats)
    ):
        return None
    choice = choose(asked.paths)
    key = last_run.key_of(choice, asked.policy)
    findings = last_run.findings_of(TextCache(asked.cache), key) if key else None
    return None if findings is None else Report(len(list(choice.skills)), findings)


def _judged(asked: Asked) -> Report:
    if asked.paths and not asked.changed and workers.are_worth_it(len(list(choose(asked.paths).skills)), asked.jobs):
        workers.load()
    # Rules and scanners take longer to load than it takes to see that nothing has changed.
    report: Report = import_module("mcpskills.cli.judging").run(asked)
    return report


def _format(text: str) -> tuple[Format, Path | None]:
    name, _, file = text.partition("=")
    try:
        return Format(name), Path(file) if file else None
    except ValueError as error:
        raise typer.BadParameter(
            f"{name!r} is no format; expected one of {', '.join(Format)}.", param_hint="--format"
        ) from error


def _print(name: Format, file: Path | None, report: Report) -> None:
    if file is not None:
        try:
            file.write_text(_document(name, report), encoding="utf-8")
        except OSError as error:
            raise UnavailableError(f"{file} cannot be written: {error.strerror}.") from error
        return
    console = Console(highlight=False, soft_wrap=True, markup=False)
    if name is Format.TEXT and console.is_terminal:
        for line in lines(report, console.width):
            console.print(line)
    else:
        console.file.write(_document(name, report))


def _document(name: Format, report: Report) -> str:
    if name is Format.TEXT:
        return as_text(report)
    document: str = import_module("mcpskills.validation.reports.formats").FORMATS[name](report)
    return document
