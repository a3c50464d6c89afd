"""Trying the cases of a skill: pure, given a search."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mcpskills.evals.reading import Evals, Script, Trigger
from mcpskills.printable import printable, quoted
from mcpskills.query import MAX_LIMIT
from mcpskills.version import Evaluation

Search = Callable[[str, int], Sequence[str]]
"""The names of at most so many skills for a request, the best first: what `search_skills` answers."""

_FAILURES = 20
_NAMES = 5
_NAME, _PLACE = 60, 100


class Outcome(StrEnum):
    """What became of a case."""

    PASS = "pass"  # noqa: S105 no secret
    FAIL = "fail"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class Result:
    """One case with its outcome.

    `rank` counts from 1 and is None when the skill is not among the first `MAX_LIMIT` hits, or nothing was searched;
    `above` are the names before it, the best first.
    """

    case: Trigger | Script
    outcome: Outcome
    rank: int | None = None
    above: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Why it did not pass, for a person; empty when it did. All text in it is printable."""
        if isinstance(self.case, Script):
            return "runs come with the sandbox"
        if self.outcome is Outcome.PASS:
            return ""
        if not self.case.finds:
            return f"found at rank {self.rank}; it must not be among the first {self.case.within}"
        got = f"at rank {self.rank}" if self.rank else f"not among the first {MAX_LIMIT}"
        return f"{got}; it must be among the first {self.case.within}{_rivals(self.above)}"


def evaluate(skill: str, evals: Evals, search: Search) -> tuple[Result, ...]:
    """Try every case of the skill of this name, triggers first."""
    tried = [_trigger(skill, case, search) for case in evals.triggers]
    return (*tried, *(Result(case, Outcome.NOT_RUN) for case in evals.scripts))


def evaluation(results: Sequence[Result]) -> Evaluation:
    """What a version keeps of its results."""
    failures = [shown(result) for result in results if result.outcome is Outcome.FAIL]
    return Evaluation(
        passed=sum(result.outcome is Outcome.PASS for result in results),
        failed=len(failures),
        not_run=sum(result.outcome is Outcome.NOT_RUN for result in results),
        failures=tuple(failures[:_FAILURES]),
    )


def refusal(found: Evaluation) -> str:
    """Why a registry that refuses failed evals does so, for the author of the skill."""
    cases = found.passed + found.failed
    more = found.failed - len(found.failures)
    return " ".join(
        [
            f"{found.failed} of {cases} evals failed, and this registry publishes no such skill ([evaluation] in registry.toml).",
            *(f"{failure}." for failure in found.failures),
            *([f"And {more} more."] if more else []),
            "Describe the skill so that these requests find it or do not, or change the cases.",
        ]
    )


def shown(result: Result) -> str:
    """A case that did not pass, in one line: where it stands, what it asks and why it did not."""
    place = f"{printable(result.case.path, _PLACE)}:{result.case.line}"
    return f"{place}: {subject(result.case)}: {result.reason}"


def subject(case: Trigger | Script) -> str:
    """What a case is about, short and printable."""
    return quoted(case.request if isinstance(case, Trigger) else " ".join((case.run, *case.args)))


def _trigger(skill: str, case: Trigger, search: Search) -> Result:
    names = list(search(case.request, MAX_LIMIT))
    rank = names.index(skill) + 1 if skill in names else None
    found = rank is not None and rank <= case.within
    above = tuple(names[: rank - 1] if rank else names)
    return Result(case, Outcome.PASS if found is case.finds else Outcome.FAIL, rank, above)


def _rivals(above: Sequence[str]) -> str:
    if not above:
        return ""
    named = ", ".join(printable(name, _NAME) for name in above[:_NAMES])
    return f"; above it {'stands' if len(above) == 1 else 'stand'} {named}" + (
        f" and {len(above) - _NAMES} more" if len(above) > _NAMES else ""
    )
