"""What came of evals, for people and for programs. Text of skills is data in all of them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from mcpskills.evals.judge import Outcome, Result, evaluation, subject
from mcpskills.evals.reading import Flaw, Trigger
from mcpskills.frontmatter import Json
from mcpskills.printable import printable

_STYLES = {Outcome.PASS: "green", Outcome.FAIL: "bold red", Outcome.NOT_RUN: "yellow"}
_LONG = 600


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One skill with what came of its cases. `path` is that of its folder; `problem` says why none of them could be tried."""

    skill: str
    path: str
    results: tuple[Result, ...]
    flaws: tuple[Flaw, ...]
    problem: str | None = None

    @property
    def ok(self) -> bool:
        return self.problem is None and all(result.outcome is not Outcome.FAIL for result in self.results)


def as_json(skills: Sequence[Evaluated]) -> Json:
    """`{"passed": n, "failed": n, "not_run": n, "skills": [...]}`; ranks count from 1."""
    whole = evaluation([result for skill in skills for result in skill.results])
    return {
        "passed": whole.passed,
        "failed": whole.failed,
        "not_run": whole.not_run,
        "skills": [
            {
                "skill": printable(skill.skill),
                "path": printable(skill.path, _LONG),
                "problem": skill.problem,
                "cases": [_case(result) for result in skill.results],
                "flaws": [
                    {"path": printable(flaw.path, _LONG), "line": flaw.line, "message": flaw.message, "fix": flaw.fix}
                    for flaw in skill.flaws
                ],
            }
            for skill in skills
        ],
    }


def as_text(skills: Sequence[Evaluated]) -> Iterator[Text | Table]:
    """One table per skill, what could not be used below it, and a summary."""
    for skill in skills:
        yield Text(printable(skill.path, _LONG), style="bold")
        if skill.results:
            yield _table(skill)
        for line in _remarks(skill):
            yield Text(f"  {line}", style="yellow")
        yield Text()
    failed = not all(skill.ok for skill in skills)
    yield Text(_summary(skills), style="bold red" if failed else "bold green")


def as_markdown(skills: Sequence[Evaluated]) -> Iterator[str]:
    """Lines for a comment or a job summary: what passed is counted, the rest is listed."""
    yield f"**{_summary(skills)}**"
    for skill in skills:
        rows = [result for result in skill.results if result.outcome is not Outcome.PASS]
        remarks = list(_remarks(skill))
        if not rows and not remarks:
            continue
        yield from ("", f"### {_literal(skill.path)}", "")
        if rows:
            yield from ("| Case | Outcome | Why |", "| --- | --- | --- |")
        for result in rows:
            yield f"| {_literal(_place(result))} | {result.outcome} | {_literal(result.reason)} |"
        yield from ("", *(f"- {_literal(remark)}" for remark in remarks)) if remarks else ()


def _table(skill: Evaluated) -> Table:
    table = Table(box=None, pad_edge=True, header_style="bold")
    for column in ("Case", "Outcome", "Why"):
        table.add_column(column, overflow="fold")
    for result in skill.results:
        outcome = Text(result.outcome, style=_STYLES[result.outcome])
        table.add_row(Text(_place(result)), outcome, Text(result.reason))
    return table


def _remarks(skill: Evaluated) -> Iterator[str]:
    if skill.problem is not None:
        yield f"not evaluated: {skill.problem}"
    for flaw in skill.flaws:
        place = printable(flaw.path, _LONG) + (f":{flaw.line}" if flaw.line else "")
        yield f"{place}: not used: {printable(flaw.message, _LONG)}. {flaw.fix}"


def _place(result: Result) -> str:
    case = result.case
    never = " (must not find it)" if isinstance(case, Trigger) and not case.finds else ""
    return f"{printable(case.path, _LONG)}:{case.line} {subject(case)}{never}"


def _summary(skills: Sequence[Evaluated]) -> str:
    if not skills:
        return "No skill here carries evals."
    whole = evaluation([result for skill in skills for result in skill.results])
    counted = f"{whole.passed} passed, {whole.failed} failed, {whole.not_run} not run"
    skipped = sum(skill.problem is not None for skill in skills)
    more = f"; {_count(skipped)} could not be evaluated" if skipped else ""
    return f"{_count(len(skills))} with evals: {counted}{more}"


def _count(number: int) -> str:
    return f"{number} skill" if number == 1 else f"{number} skills"


def _case(result: Result) -> Json:
    case = result.case
    asked: dict[str, Json] = (
        {"request": case.request, "finds": case.finds, "within": case.within}
        if isinstance(case, Trigger)
        else {"run": case.run, "args": list(case.args)}
    )
    return {
        **asked,
        "path": printable(case.path, _LONG),
        "line": case.line,
        "outcome": result.outcome.value,
        "rank": result.rank,
        "above": list(result.above),
        "reason": result.reason,
    }


def _literal(text: str) -> str:
    """Text in which no Markdown, HTML, mention or link comes alive: in `<code>`, with every sign of ASCII as an entity."""
    whole = printable(text, _LONG)
    signs = re.sub(r"[!-/:-@\[-`{-~]", lambda sign: f"&#{ord(sign[0])};", whole)
    return f"<code>{signs}</code>"
