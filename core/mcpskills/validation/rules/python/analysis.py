"""Everything that the rules about Python find in one file, worked out once for all of them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from mcpskills.printable import quoted
from mcpskills.validation.file import File
from mcpskills.validation.rule import Problem
from mcpskills.validation.rules.python.execution import Started, hidden_programs, started
from mcpskills.validation.rules.python.folding import UNKNOWN
from mcpskills.validation.rules.python.passed_on import passed_on, resolve
from mcpskills.validation.rules.python.shell_commands import downloads, runs_what_it_fetches
from mcpskills.validation.rules.python.source import BeyondError, RefusedError, Source, is_python, parse
from mcpskills.validation.rules.python.survey import Survey, survey
from mcpskills.validation.rules.python.weakness import CrashedTestError, Weakness
from mcpskills.validation.rules.secrets.hits import redacted

DANGEROUS = {
    "B102": "Call a function instead of `exec`.",
    "B201": "Leave `debug=True` out: its console runs code for whoever reaches it.",
    "B307": "Use `ast.literal_eval`, or parse the text.",
    "B501": "Leave certificates verified.",
    "B506": "Use `yaml.safe_load`.",
    "B602": "Pass the command as a list and leave `shell=True` out.",
    "B605": "Use `subprocess.run` with a list.",
}
"""Bandit's tests for calls that run what they are given, or trust whoever answers, each with what to do.

Others that bandit ranks as high, such as B202 (extractall) and B324 (MD5), stand in too many honest skills to block for them.
"""

_SHELLS = frozenset({"B602", "B605"})
_WAIVE = "A reviewer who finds the call harmless may waive this."
_SHIP = "Ship the program with the skill, as a file that can be read, and run that."
_SHOWN, _LONGEST = 120, 1000
# More of one rule's findings are not reported, so they are not worked out.
_MOST_PROBLEMS = 100
_WIDE = ("utf-16", "utf-32")


@dataclass(frozen=True, slots=True)
class Analysis:
    """A file's problems by the rule that reports them."""

    refused: tuple[Problem, ...] = ()
    dangerous: tuple[Problem, ...] = ()
    fetched: tuple[Problem, ...] = ()
    weak: tuple[Problem, ...] = ()
    beyond: tuple[Problem, ...] = ()


_NOTHING = Analysis()


def analyse(file: File) -> Analysis:
    """Empty for a file that is no Python. Bounded in time and memory; never raises for what is in the file."""
    return _analyse(file) if is_python(file) else _NOTHING


# The rules ask one after another about the same file.
@lru_cache(maxsize=2)
def _analyse(file: File) -> Analysis:
    # Late, because bandit takes 0.4 seconds to import, which a run over files that did not change need not pay.
    from mcpskills.validation.rules.python import bandit_run  # noqa: PLC0415

    try:
        source = parse(file)
        surveyed = survey(source.tree)
        resolve(surveyed)
        # LOW drowns authors: mostly a constant command, and `started` looks into those.
        weaknesses = [found for found in bandit_run.weaknesses(source, surveyed) if found.severity != "LOW"]
        processes = started(surveyed)
        dangerous = [found for found in weaknesses if _is_dangerous(found, processes)]
        return Analysis(
            refused=_first(_unreadable(file)),
            dangerous=_first(_dangerous(source, dangerous, processes, surveyed)),
            fetched=_first(_fetched(source, processes, surveyed)),
            weak=_first(_weak(source, found) for found in weaknesses if found not in dangerous),
        )
    except RefusedError as error:
        return Analysis(refused=(_refusal(error),))
    except (BeyondError, CrashedTestError) as error:
        return Analysis(beyond=(_excess(error),))


def _refusal(error: RefusedError) -> Problem:
    return Problem(
        f"the Python source cannot be read, so nothing in it can be judged: {error}",
        "Correct it, or rename the file when it is not meant to be run; newer syntax needs a validator on a newer Python.",
        line=error.line,
        column=error.column,
        text=str(error),
    )


def _unreadable(file: File) -> Iterator[Problem]:
    if file.encoding and file.encoding.startswith(_WIDE):
        yield _refusal(RefusedError(f"it is {file.encoding.upper()}, which Python refuses"))


def _excess(error: Exception) -> Problem:
    return Problem(
        f"the Python source cannot be judged: {error}",
        "Split the file, or move its data into one that is not Python.",
        line=1,
        column=1,
        text=str(error),
    )


def _first(problems: Iterator[Problem]) -> tuple[Problem, ...]:
    return tuple(islice(problems, _MOST_PROBLEMS))


def _is_dangerous(found: Weakness, processes: list[Started]) -> bool:
    """A shell that runs a command that somebody hands it is what honest helpers are, and a warning is enough."""
    handed_on = found.test in _SHELLS and any(found.node is process.call and process.handed_on for process in processes)
    return found.test in DANGEROUS and not handed_on


def _dangerous(
    source: Source, weaknesses: list[Weakness], processes: list[Started], surveyed: Survey
) -> Iterator[Problem]:
    for found in weaknesses:
        yield _at(source, found.line, found.column, _reported(found), f"{DANGEROUS[found.test]} {_WAIVE}")
    for process in processes:
        if _only_downloads(process):
            message = f"a shell is told to download something: {quoted(redacted(process.command.strip()))}"
            fix = "Ship the file with the skill, or download it with a library and compare its digest with one that you know."
            yield _at_call(source, process.call, message, fix)
    for node, name in passed_on(surveyed):
        message = f"{quoted(name)} is handed on as a value, so nobody can see what it is made to run"
        yield _at_call(
            source, node, message, f"Call it where it is named, or rename a variable that is called so. {_WAIVE}"
        )


def _fetched(source: Source, processes: list[Started], surveyed: Survey) -> Iterator[Problem]:
    for process in processes:
        if runs_what_it_fetches(process.command):
            message = f"a command runs what it downloads or decodes: {quoted(redacted(process.command.strip()))}"
            yield _at_call(source, process.call, message, _SHIP)
    for call, name in hidden_programs(surveyed):
        yield _at_call(source, call, f"code is run that {quoted(name)} yields, so nobody can review it", _SHIP)


def _weak(source: Source, found: Weakness) -> Problem:
    fix = "Look whether what is passed in can come from a stranger; if so, use the safe variant that the message names."
    return _at(source, found.line, found.column, _reported(found), fix)


def _reported(found: Weakness) -> str:
    text = " ".join(found.message.split()).rstrip(".")
    return f"{text} (bandit {found.test}, severity {found.severity.lower()}, confidence {found.confidence.lower()})"


def _only_downloads(process: Started) -> bool:
    command = process.command
    return process.by_shell and UNKNOWN not in command and downloads(command) and not runs_what_it_fetches(command)


def _at_call(source: Source, call: ast.expr | ast.alias, message: str, fix: str) -> Problem:
    return _at(source, call.lineno, source.column(call.lineno, call.col_offset), message, fix)


def _at(source: Source, line: int, column: int, message: str, fix: str) -> Problem:
    return Problem(
        message,
        fix,
        line=line,
        column=column,
        text=redacted(source.line(line)[column - 1 :][:_LONGEST].strip())[:_SHOWN],
    )
