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
_NAMES, _MOST_VALUES = 3, 5


@dataclass(frozen=True, slots=True)
class Started:
    """A call that starts a process with a command, as far as that is known; `by_shell` when a shell reads it.

    `handed_on` when the command is somebody else's as a whole, such as an argument or an option: nothing is put together here.
    """

    call: ast.Call
    command: str
    by_shell: bool
    handed_on: bool


def started(survey: Survey) -> list[Started]:
    """Raises `BeyondError` when the commands are put together in too many steps."""
    folding = Folding(survey.bound)
    starting = (
        (call, name) for call in survey.calls if _STARTS.fullmatch(name := survey.name_of(call.func).rpartition(".")[2])
    )
    return [
        Started(
            call,
            _command(call, folding),
            by_shell=bool(_BY_SHELL.fullmatch(name)) or _asks_for_shell(call),
            handed_on=number < _MOST_TRACED and any(_is_handed_on(node, survey) for node in _command_of(call)[:1]),
        )
        for number, (call, name) in enumerate(starting)
    ]


def hidden_programs(survey: Survey) -> Iterator[tuple[ast.Call, str]]:
    """Calls of `exec`, `eval` or a shell with something fetched or decoded, each with the name of what fetches or decodes it."""
    programs = ((call, program) for call in survey.calls for program in _programs(call, survey)[:1])
    for call, program in islice(programs, _MOST_TRACED):
        if source := _origin(program, survey):
            yield call, source


def _command(call: ast.Call, folding: Folding) -> str:
    return " ".join(map(folding.text, _command_of(call)))


def _command_of(call: ast.Call) -> list[ast.expr]:
    # A command's words may be a list, or arguments of their own as with `os.execlp`.
    named = [keyword.value for keyword in call.keywords if keyword.arg in _COMMAND_ARGUMENTS]
    return [*call.args[:_MOST_ARGUMENTS], *named]


def _is_handed_on(node: ast.expr, survey: Survey, names: int = _NAMES) -> bool:
    match node:
        case ast.Name(id=name):
            values = survey.bound.get(name, [])
            return len(values) <= _MOST_VALUES and all(
                names and _is_handed_on(value, survey, names - 1) for value in values
            )
        case ast.BoolOp(values=values) | ast.List(elts=values) | ast.Tuple(elts=values):
            return len(values) <= _MOST_VALUES and all(_is_handed_on(value, survey, names) for value in values)
        case ast.Call(func=ast.Attribute(value=owner, attr="get")):
            return _is_place(owner)
        case ast.Attribute() | ast.Subscript():
            return _is_place(node)
        case _:
            return isinstance(node, ast.Constant)


def _is_place(node: ast.expr) -> bool:
    """Something that has a value, such as `options.command` or `config["command"]`, and nothing that makes one."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return isinstance(node, ast.Name)


def _programs(call: ast.Call, survey: Survey) -> list[ast.expr]:
    """What the call is made to run, when that is code or a shell's command line."""
    name = survey.name_of(call.func)
    if name in _COMPILES or _asks_for_shell(call) or _BY_SHELL.fullmatch(name.rpartition(".")[2]):
        return _command_of(call)
    return []


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
