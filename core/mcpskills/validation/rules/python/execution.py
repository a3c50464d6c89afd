"""Calls that start a process or compile a text, and what they are given."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from mcpskills.validation.rules.python.folding import Folding
from mcpskills.validation.rules.python.survey import Survey

_BY_SHELL = re.compile(r"system|popen|getoutput|getstatusoutput|create_subprocess_shell")
_STARTS = re.compile(
    rf"{_BY_SHELL.pattern}|run|call|check_call|check_output|Popen|create_subprocess_exec|startfile|run_command|run_cmd"
    r"|posix_spawnp?|spawn|(?:exec|spawn)[lv]p?e?"
)
_COMMAND_ARGUMENTS = frozenset({"args", "cmd", "command"})
_MOST_ARGUMENTS = 6
_COMPILES = frozenset({"exec", "eval", "builtins.exec", "builtins.eval"})
_UNSEEN = re.compile(
    r"(?:.*\.)?(?:(?:urlsafe_|standard_)?b(?:16|32|64|85)decode|a85decode|unhexlify|fromhex|decompress|urlopen)"
    r"|(?:.*\.)?(?:(?:requests|httpx)\.(?:get|post)|marshal\.loads)"
)
# Calls that are traced back, and expressions for each: who has more is refused for the calls themselves.
_MOST_TRACED, _MOST_NODES = 200, 200
_NAMES = 3


@dataclass(frozen=True, slots=True)
class Started:
    """A call that starts a process with a command, as far as that is known; `by_shell` when a shell reads it."""

    call: ast.Call
    command: str
    by_shell: bool


def started(survey: Survey) -> list[Started]:
    """Raises `BeyondError` when the commands are put together in too many steps."""
    folding = Folding(survey.bound)
    return [
        Started(call, _command(call, folding), bool(_BY_SHELL.fullmatch(name)) or _asks_for_shell(call))
        for call in survey.calls
        if _STARTS.fullmatch(name := survey.name_of(call.func).rpartition(".")[2])
    ]


def hidden_programs(survey: Survey) -> Iterator[tuple[ast.Call, str]]:
    """Calls of `exec` or `eval` with something fetched or decoded, each with the name of what fetches or decodes it."""
    compiling = (call for call in survey.calls if call.args and survey.name_of(call.func) in _COMPILES)
    for call in islice(compiling, _MOST_TRACED):
        if source := _origin(call.args[0], survey):
            yield call, source


def _command(call: ast.Call, folding: Folding) -> str:
    # A command's words may be a list, or arguments of their own as with `os.execlp`.
    named = [keyword.value for keyword in call.keywords if keyword.arg in _COMMAND_ARGUMENTS]
    return " ".join(folding.text(argument) for argument in (*call.args[:_MOST_ARGUMENTS], *named))


def _asks_for_shell(call: ast.Call) -> bool:
    return any(
        keyword.arg == "shell" and isinstance(keyword.value, ast.Constant) and bool(keyword.value.value)
        for keyword in call.keywords
    )


def _origin(program: ast.expr, survey: Survey) -> str:
    pending: list[tuple[ast.AST, int]] = [(program, _NAMES)]
    for _ in range(_MOST_NODES):
        if not pending:
            break
        node, names = pending.pop()
        if isinstance(node, ast.Call):
            name = survey.name_of(node.func)
            if _UNSEEN.fullmatch(name):
                return name
        if isinstance(node, ast.Name) and names:
            pending += [(value, names - 1) for value in survey.bound.get(node.id, ())]
        pending += [(child, names) for child in ast.iter_child_nodes(node)]
    return ""
