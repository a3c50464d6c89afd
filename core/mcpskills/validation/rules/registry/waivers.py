"""How the rules about waivers point at one."""

from mcpskills.validation.policy import FILE, Waiver
from mcpskills.validation.rule import Problem


def at(waiver: Waiver, message: str, fix: str) -> Problem:
    """A problem with a waiver, at its place in registry.toml."""
    return Problem(message, fix, path=FILE, line=waiver.line, text=f"{waiver.rule} {waiver.path} {waiver.expires}")
