"""Judging many skills: what was judged before comes from the cache, the rest is spread over the machine's cores."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import Progress

from mcpskills.adapters.problem_cache import ProblemCache
from mcpskills.adapters.text_cache import TextCache
from mcpskills.cli import advising, last_run, workers
from mcpskills.cli.choice import Choice, choose
from mcpskills.cli.fix import fix
from mcpskills.cli.last_run import Asked, judges
from mcpskills.cli.policy import policy_in
from mcpskills.cli.selection import Around, Selected, Selection, of_choice
from mcpskills.validation.file import File
from mcpskills.validation.finding import Finding
from mcpskills.validation.policy import Policy, Waiver
from mcpskills.validation.reports.inert import inert
from mcpskills.validation.reports.report import Report
from mcpskills.validation.subject import prepare
from mcpskills.validation.validate import (
    Problems,
    files_of,
    is_scannable,
    judge_file,
    judge_folder,
    validate_registry,
    weigh,
)

_SLOW = 20
"""Skills from which on a progress bar is worth its lines."""

_CHUNK = 4


@dataclass(frozen=True, slots=True)
class _Judged:
    """`fresh` are problems of files that were not in the cache, by key."""

    problems: Problems
    fresh: dict[str, Problems]


def run(asked: Asked) -> Report:
    """Do what is asked. Raises `typer.BadParameter` for what cannot be checked, `McpSkillsError` for what cannot be read."""
    advisers = advising.advisers(asked.advice)
    policy = policy_in(asked.policy) if asked.policy else None
    choice = None if asked.changed else _choice(asked)
    selection = of_choice(choice, policy) if choice else _change(asked, policy)
    key = last_run.key_of(choice, asked.policy) if choice and asked.cache else None
    findings = _with_progress(selection, asked)
    if asked.cache and key:
        known = TextCache(asked.cache)
        last_run.keep(known, key, findings)
        known.close()
    advice = advising.advise(selection.skills, advisers, asked.cache)
    return Report(len(selection.skills), advising.beside(findings, advice), _policy(selection))


def _choice(asked: Asked) -> Choice:
    if not asked.paths:
        raise typer.BadParameter(
            "Name skills or folders that hold skills, or a change with --changed.", param_hint="PATH"
        )
    choice = choose(asked.paths)
    if asked.repair:
        # On stderr, so that a report on stdout stays whole.
        console = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
        for prefix, skill in choice.skills:
            for told in fix(skill.path, prefix + skill.at):
                console.print(inert(f"fixed {prefix}{skill.at}: {told}"))
    return choice


def _change(asked: Asked, policy: Policy | None) -> Selection:
    if asked.repair:
        raise typer.BadParameter("A commit cannot be changed; use --fix without --changed.", param_hint="--fix")
    if len(asked.paths) > 1:
        raise typer.BadParameter("With --changed, name at most the clone that the commits are in.", param_hint="PATH")
    # Git is not loaded for those who only check what they are writing.
    by_change = import_module("mcpskills.cli.change").by_change
    found: Selection = by_change(asked.paths[0] if asked.paths else Path(), asked.changed, policy)
    return found


def _with_progress(selection: Selection, asked: Asked) -> list[Finding]:
    count = len(selection.skills)
    with Progress(console=Console(stderr=True), transient=True, disable=count < _SLOW) as progress:
        task = progress.add_task("Checking", total=count)
        return judge(selection, asked.cache, asked.jobs, lambda: progress.advance(task))


def _policy(selection: Selection) -> Policy:
    """By which the skills were judged; the product's own where several registries have different ones."""
    policies = {skill.policy for skill in selection.skills} | {around.policy for around in selection.around}
    return policies.pop() if len(policies) == 1 else Policy()


def judge(selection: Selection, cache_file: Path | None, jobs: int, advance: Callable[[], None]) -> list[Finding]:
    """All findings about the skills, in the order of the selection, then those about their registries.

    `advance` is called as each skill is done. Raises what reading a commit's folder raises.
    """
    known = ProblemCache(cache_file) if cache_file else None
    findings: list[Finding] = []
    used: set[Waiver] = set()
    for selected, problems in zip(
        selection.skills, _problems(selection.skills, known, cache_file, jobs, advance), strict=True
    ):
        found, needed = weigh(selected.source.at, problems, selected.policy)
        findings += (_shown(finding, selected.prefix) for finding in found)
        used |= needed
    for around in selection.around:
        findings += _about(around, selection.skills, used)
    return findings


def _about(around: Around, skills: Sequence[Selected], used: set[Waiver]) -> Iterator[Finding]:
    checked = tuple(skill.source.at for skill in skills if skill.prefix == around.prefix)
    registry = replace(around.registry, checked=checked, used=frozenset(used))
    return (_shown(finding, around.prefix) for finding in validate_registry(registry, around.policy))


def _shown(finding: Finding, prefix: str) -> Finding:
    return replace(finding, path=prefix + finding.path)


def _problems(
    skills: Sequence[Selected], known: ProblemCache | None, file: Path | None, jobs: int, advance: Callable[[], None]
) -> list[Problems]:
    keys = [_key(skill) if known else None for skill in skills]
    found = known.get(key for key in keys if key) if known else {}
    missing = [index for index, key in enumerate(keys) if key is None or key not in found]
    for _ in range(len(skills) - len(missing)):
        advance()
    judged: dict[int, _Judged] = {}
    for index, result in zip(missing, _judged([skills[index] for index in missing], file, jobs), strict=True):
        judged[index] = result
        advance()
    if known:
        _keep(known, keys, judged)
        known.close()
    return [judged[index].problems if index in judged else found[keys[index] or ""] for index in range(len(skills))]


def _keep(known: ProblemCache, keys: Sequence[str | None], judged: dict[int, _Judged]) -> None:
    fresh = {key: result.problems for index, result in judged.items() if (key := keys[index])}
    for result in judged.values():
        fresh |= result.fresh
    if fresh:
        known.put(fresh)


def _judged(skills: Sequence[Selected], file: Path | None, jobs: int) -> Iterator[_Judged]:
    tasks = [(skill, file) for skill in skills]
    if not workers.are_worth_it(len(skills), jobs):
        yield from map(_judge, tasks)
        return
    with workers.pool(len(skills), jobs) as pool:
        yield from pool.map(_judge, tasks, chunksize=_CHUNK)


def _judge(task: tuple[Selected, Path | None]) -> _Judged:
    skill, file = task
    subject = prepare(skill.source.read(), skill.neighbours)
    problems = judge_folder(subject, skill.policy)
    if not is_scannable(problems):
        return _Judged(problems, {})
    files = {_file_key(item): item for item in files_of(subject.folder)}
    known = _cache(file).get(files) if file else {}
    fresh = {key: judge_file(item) for key, item in files.items() if key not in known}
    # A key has the path in it, so the order of files is that of keys.
    both = known | fresh
    problems += tuple(problem for key in files for problem in both[key])
    return _Judged(problems, fresh if file else {})


@cache
def _cache(file: Path) -> ProblemCache:
    """One for each process."""
    return ProblemCache(file)


def _key(skill: Selected) -> str | None:
    stamp = skill.source.stamp()
    if stamp is None:
        return None
    return _digest("folder", stamp, skill.source.at, skill.policy.digest, repr(skill.neighbours))


def _file_key(file: File) -> str:
    return _digest("file", file.path, str(file.executable), hashlib.sha256(file.content).hexdigest())


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join((judges(), *parts)).encode("utf-8", "surrogatepass")).hexdigest()
