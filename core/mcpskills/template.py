"""The registry repository's template: where the files are that a new registry repository starts with."""

from importlib.resources import files
from pathlib import Path

from mcpskills.errors import UnavailableError

_NAME = "registry-repo-template"


def location() -> Path:
    """The template's folder: inside the installed package, or beside `core/` in a checkout of the source."""
    package = Path(str(files("mcpskills")))
    for candidate in (package / _NAME, package.parent.parent / _NAME):
        if candidate.is_dir():
            return candidate
    raise UnavailableError(f"This installation has no {_NAME}; install open-mcp-skills again.")
