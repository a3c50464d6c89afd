"""Bandit as a library, in memory: one set of tests for the process, `# nosec` and configuration files unheard.

It takes 0.4 seconds to import, so `analysis` imports this module when the first Python file is judged.
"""

import ast
import io
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from mcpskills.validation.rules.python.source import Source
from mcpskills.validation.rules.python.survey import Survey
from mcpskills.validation.rules.python.weakness import CrashedTestError, Weakness

_formatwarning = warnings.formatwarning
with warnings.catch_warnings():
    # Bandit 1.9 loads its plugins with an argument that stevedore has deprecated, and then formats all warnings of the process.
    warnings.simplefilter("ignore", DeprecationWarning)
    from bandit.core.config import BanditConfig  # type: ignore[import-untyped]
    from bandit.core.context import Context  # type: ignore[import-untyped]
    from bandit.core.node_visitor import BanditNodeVisitor  # type: ignore[import-untyped]
    from bandit.core.test_set import BanditTestSet  # type: ignore[import-untyped]
warnings.formatwarning = _formatwarning

QUIET: Mapping[str, str] = {
    "B101": "assert",
    "B105": "a text that is assigned to something like a password; detect-secrets judges it better",
    "B106": "the same as an argument",
    "B107": "the same as a default",
    "B110": "try, except, pass",
    "B112": "try, except, continue",
    "B311": "random numbers that are not for cryptography",
    "B403": "importing pickle",
    "B404": "importing subprocess",
    "B405": "importing an XML parser",
    "B406": "importing an XML parser",
    "B407": "importing an XML parser",
    "B408": "importing an XML parser",
    "B409": "importing an XML parser",
    "B410": "importing an XML parser",
    "B603": "a subprocess without a shell",
    "B606": "a process without a shell",
    "B607": "a program that is looked up in PATH",
    "B608": "SQL in a text: takes quadratic time on hostile texts, and a script's queries run with its user's own rights",
    "B613": "bidirectional controls, which are found in every file, not only in Python",
    "B703": "Django's mark_safe: recursive on hostile code, and no skill is a Django application",
}
"""Tests that are not run, each with what it finds; bandit ranks nearly all of them as LOW."""


def _tests(chosen: BanditTestSet) -> Mapping[str, list[tuple[str, Callable[[Context], Any]]]]:
    """Bandit's tests, each with its id and bound to its configuration, under the kind of node that they look at."""
    return {
        kind: [
            (test._test_id, partial(test, config=test._config) if hasattr(test, "_config") else test)  # noqa: SLF001 - bandit's way to mark a test
            for test in tests
        ]
        for kind, tests in chosen.tests.items()
    }


_TESTS = _tests(BanditTestSet(BanditConfig(), {"exclude": list(QUIET)}))
# With a folder in front, or bandit warns that it cannot tell the module's name; nothing of that name is opened.
_NAME = "./skill.py"


def weaknesses(source: Source, surveyed: Survey) -> list[Weakness]:
    """Run bandit on a source that `survey` found small enough. Raises `CrashedTestError`."""
    visitor = _Visitor(source.content)
    for node, parent in surveyed.judged:
        visitor.look_at(node, parent)
    return [_weakness(source, found, node) for found, node in visitor.tester.results]


def _weakness(source: Source, found: Any, node: ast.AST) -> Weakness:
    line = max(found.lineno, 1)
    text = source.line(line)
    # Bandit may name the line of an argument, but always the column of the call.
    same = line == getattr(node, "lineno", line)
    column = source.column(line, found.col_offset) if same else len(text) - len(text.lstrip()) + 1
    return Weakness(found.test_id, found.severity, found.confidence, found.text, line, column, node)


class _Tester:
    """Runs bandit's tests like its own tester, but no comment switches one off, and one that fails is not passed over."""

    def __init__(self) -> None:
        self.results: list[tuple[Any, ast.AST]] = []

    def run_tests(self, raw: dict[str, Any], kind: str) -> None:
        context = Context(raw)
        for test_id, test in _TESTS.get(kind, ()):
            try:
                found = test(context)
            except Exception as error:  # bandit's tests take shapes for granted and raise whatever comes of it
                raise CrashedTestError(f"bandit's test {test_id} fails at line {raw['lineno']}") from error
            if found is not None:
                found.lineno = raw["lineno"] if found.lineno is None else found.lineno
                found.col_offset = raw["col_offset"] if found.col_offset == -1 else found.col_offset
                found.test_id = found.test_id or test_id
                self.results.append((found, raw["node"]))


class _Visitor(BanditNodeVisitor):  # type: ignore[misc]
    """What bandit knows at each node, without its own walk: that one lists the lines of each node, in quadratic time."""

    def __init__(self, content: bytes) -> None:
        super().__init__(_NAME, io.BytesIO(content), None, None, False, {}, None)
        self.tester = _Tester()

    def look_at(self, node: ast.AST, parent: ast.AST) -> None:
        self.context = {
            "node": node,
            "filename": _NAME,
            "file_data": self.fdata,
            "imports": self.imports,
            "import_aliases": self.import_aliases,
            "lineno": getattr(node, "lineno", 1),
            "col_offset": getattr(node, "col_offset", 0),
        }
        if isinstance(node, ast.Constant):
            self._look_at_text(node, parent)
        else:
            self.visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:  # noqa: N802 - bandit's name
        self.context.update(function=node, qualname=node.name, name=node.name)
        self.tester.run_tests(self.context, "FunctionDef")

    def update_scores(self, scores: object) -> None:
        """Nobody asks for scores."""

    def _look_at_text(self, node: ast.Constant, parent: ast.AST) -> None:
        # Docstrings are not looked at.
        if not isinstance(parent, ast.Expr):
            key, kind = ("str", "Str") if isinstance(node.value, str) else ("bytes", "Bytes")
            self.context[key] = node.value
            self.tester.run_tests(self.context, kind)
