"""Asking advisers about skills. Whatever they say, nothing is blocked and nothing is waived."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress

from mcpskills.adapters.advisers.adviser import Adviser, NoOpinionError
from mcpskills.adapters.problem_cache import ProblemCache
from mcpskills.cli.advice import Advice, Settings
from mcpskills.cli.selection import Selected
from mcpskills.errors import McpSkillsError, UnavailableError
from mcpskills.folder import SkillFolder
from mcpskills.validation.finding import Finding, Severity
from mcpskills.validation.rule import WHOLE_FOLDER, Problem
from mcpskills.validation.validate import finding_of

_AGAIN = "Nothing depends on it; make it available, or leave its --advice out."


def advisers(settings: Settings) -> list[Adviser]:
    """Those that were named, each once. Raises `typer.BadParameter` for one that lacks a setting."""
    return [_ADVISERS[name](settings) for name in dict.fromkeys(settings.names)]


def advise(skills: Sequence[Selected], asked: Sequence[Adviser], cache_file: Path | None) -> list[Finding]:
    """What advisers say about skills, none of it an error. An answer in the cache is never asked for again.

    An adviser that says nothing usable is one finding of its own, and is not kept. Raises what reading a skill raises.
    """
    if not skills or not asked:
        return []
    known = ProblemCache(cache_file) if cache_file else None
    console = Console(stderr=True)
    findings: list[Finding] = []
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Asking for advice", total=len(asked) * len(skills))
        for adviser in asked:
            findings += _said(adviser, skills, known, lambda: progress.advance(task))
    if known:
        known.close()
    return findings


def beside(findings: Iterable[Finding], advice: Iterable[Finding]) -> list[Finding]:
    """Findings and advice together: those about one skill next to each other, and those about none last."""
    both = [*findings, *advice]
    order: dict[str, int] = {}
    for finding in both:
        order.setdefault(finding.skill, len(order))
    return sorted(both, key=lambda finding: (not finding.skill, order[finding.skill]))


def _said(
    adviser: Adviser, skills: Sequence[Selected], known: ProblemCache | None, advance: Callable[[], None]
) -> Iterator[Finding]:
    try:
        identity = adviser.identity()
    except UnavailableError as error:
        yield _silence(adviser, skills[0], error)
        return
    there = True
    for skill in skills:
        folder = skill.source.read()
        key = _key(adviser, identity, skill.policy.digest, folder)
        problems = known.get([key]).get(key) if known else None
        if problems is None and there:
            try:
                problems = tuple((adviser.code, problem) for problem in adviser.advise(folder))
            except (NoOpinionError, UnavailableError) as error:
                there = isinstance(error, NoOpinionError)
                yield _silence(adviser, skill, error)
            else:
                if known:
                    known.put({key: problems})
        for _, problem in problems or ():
            yield _finding(adviser.code, adviser.severity, skill, problem)
        advance()


def _silence(adviser: Adviser, skill: Selected, error: McpSkillsError) -> Finding:
    """Info, whatever the adviser's own words weigh: it says nothing about the skill."""
    last = "; it is not asked again in this run" if isinstance(error, UnavailableError) else ""
    problem = Problem(f"{adviser.name} gave no opinion: {error.message}{last}", _AGAIN, WHOLE_FOLDER)
    return _finding(adviser.code, Severity.INFO, skill, problem)


def _finding(code: str, severity: Severity, skill: Selected, problem: Problem) -> Finding:
    # Not `weigh`: what advisers say has no place in the table of rules, so that no policy can make an error of it.
    found = finding_of(code, severity, skill.source.at, problem)
    return replace(found, path=skill.prefix + found.path)


def _key(adviser: Adviser, identity: str, policy: str, folder: SkillFolder) -> str:
    """Of an answer: who gave it, by which policy, and every byte that it was about."""
    whole = hashlib.sha256(repr(("advice", adviser.code, identity, policy, folder.name)).encode())
    for path, entry in sorted(folder.entries.items()):
        seen = (path, entry.kind.value, entry.size, hashlib.sha256(entry.content).hexdigest())
        whole.update(repr(seen).encode("utf-8", "surrogatepass"))
    return whole.hexdigest()


def _cisco(settings: Settings) -> Adviser:
    found: Adviser = import_module("mcpskills.adapters.advisers.cisco").CiscoScanner(settings.program)
    return found


def _llm(settings: Settings) -> Adviser:
    if not settings.url or not settings.model:
        raise typer.BadParameter(
            "It needs an endpoint and a model: MCPSKILLS_ADVICE_URL and MCPSKILLS_ADVICE_MODEL.",
            param_hint="--advice llm",
        )
    if settings.key and not (settings.key.isascii() and settings.key.isprintable()):
        raise typer.BadParameter("A key consists of plain characters in one line.", param_hint="--advice-key")
    module = import_module("mcpskills.adapters.advisers.llm")
    found: Adviser = module.LanguageModel(settings.url, settings.model, settings.key or None)
    return found


# An HTTP client and a program are not loaded for those who ask nobody.
_ADVISERS: Mapping[Advice, Callable[[Settings], Adviser]] = {Advice.CISCO: _cisco, Advice.LLM: _llm}
