"""What commands learn from the registry repository that a path lies in."""

from pathlib import Path

from mcpskills.errors import InvalidInputError
from mcpskills.validation.policy import FILE, Limits, read_limits


def registry_of(path: Path) -> Path | None:
    """The nearest folder that holds a registry.toml, from `path` upwards; None outside of any registry repository."""
    resolved = path.resolve()
    return next((folder for folder in (resolved, *resolved.parents) if (folder / FILE).is_file()), None)


def limits_of(registry: Path | None) -> Limits:
    """The limits of a registry repository, the product's own outside of any. Raises `InvalidInputError`."""
    if registry is None:
        return Limits()
    try:
        text = (registry / FILE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"{registry / FILE} cannot be read: {error}.") from error
    return read_limits(text)
