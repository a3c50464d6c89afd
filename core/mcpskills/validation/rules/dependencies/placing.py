"""How the rules about dependencies point at one."""

from mcpskills.validation.file import File
from mcpskills.validation.rule import Problem
from mcpskills.validation.rules.dependencies.declared import Declared
from mcpskills.validation.rules.dependencies.reading import offset


def at(file: File, declared: Declared, message: str, fix: str) -> Problem:
    """A problem with a declaration, at its place in its file."""
    line, column = file.place(offset(file, declared))
    return Problem(message, fix, path=file.path, line=line, column=column, text=declared.text)
