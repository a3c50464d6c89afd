"""Functions that run what they are given, under another name or as a value, where nobody sees with what they are called."""

import ast
import re
from collections.abc import Iterator

from mcpskills.validation.rules.python.survey import Survey

_BY_SHELL = (
    r"(?:(?:__)?builtins(?:__)?\.)?(?:exec|eval)|(?:os|posix)\.(?:system|popen)"
    r"|subprocess\.(?:getoutput|getstatusoutput)"
)
_RUNS_TEXT = re.compile(_BY_SHELL)
_RUNS = re.compile(
    rf"{_BY_SHELL}|asyncio\.create_subprocess_(?:shell|exec)|subprocess\.(?:run|call|check_call|check_output|Popen)"
    r"|os\.(?:startfile|posix_spawnp?|(?:exec|spawn)[lv]p?e?)|pty\.spawn"
)
# Who binds one of these anew must not make the real one unknown by it.
_ROOTS = frozenset({"exec", "eval", "builtins", "__builtins__", "os", "posix", "subprocess", "asyncio", "pty"})
# Names that are bound to names that are bound to one of them.
_NAMES = 3


def resolve(survey: Survey) -> None:
    """Add to the aliases each name that is somewhere bound to a function that runs something, such as `s = os.system`."""
    for _ in range(_NAMES):
        for name, values in survey.bound.items():
            found = (survey.name_of(value) for value in values)
            if name not in _ROOTS and (runner := next(filter(_RUNS.fullmatch, found), None)):
                survey.aliases[name] = runner


def passed_on(survey: Survey) -> Iterator[tuple[ast.expr | ast.alias, str]]:
    """Where a function that runs a text is no callee but listed, handed over, bound, imported anew or a decorator."""
    for node in survey.values:
        name = (node.asname or node.name) if isinstance(node, ast.alias) else survey.name_of(node)
        if _RUNS_TEXT.fullmatch(name):
            yield node, name
