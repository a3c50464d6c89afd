"""Where the registry repository is that a path lies in."""

from datetime import UTC, date, datetime
from pathlib import Path

from mcpskills.validation.policy import FILE


def registry_of(path: Path) -> Path | None:
    """The nearest folder that holds a registry.toml, from `path` upwards; None outside of any registry repository."""
    resolved = path.resolve()
    return next((folder for folder in (resolved, *resolved.parents) if (folder / FILE).is_file()), None)


def today() -> date:
    """By which waivers run out, in UTC as everywhere."""
    return datetime.now(UTC).date()
