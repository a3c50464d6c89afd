"""What the rules about Python say of a source."""

from mcpskills.validation.file import File
from mcpskills.validation.rules.python import RULES


def problems(content, path="scripts/run.py"):
    raw = content.encode() if isinstance(content, str) else content
    file = File(path, raw, executable=False)
    return [(rule.code, problem) for rule in RULES for problem in rule.check(file)]


def codes(content, path="scripts/run.py"):
    return [code for code, _ in problems(content, path)]


def places(content):
    return [(code, problem.line, problem.column) for code, problem in problems(content)]
