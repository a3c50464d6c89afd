"""What bandit tells about a place in the source, without bandit."""

import ast
from dataclasses import dataclass


class CrashedTestError(Exception):
    """One of bandit's tests failed on this source."""


@dataclass(frozen=True, slots=True)
class Weakness:
    """`severity` and `confidence` are LOW, MEDIUM or HIGH; `line` and `column` count from 1; `node` is what was tested."""

    test: str
    severity: str
    confidence: str
    message: str
    line: int
    column: int
    node: ast.AST
