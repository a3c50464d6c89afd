"""By what commands judge."""

from pathlib import Path

from mcpskills.cli.registry import today
from mcpskills.errors import InvalidInputError
from mcpskills.validation.policy import FILE, Policy
from mcpskills.validation.registry_toml import MAX_BYTES, policy_of


def policy_at(registry: Path | None) -> Policy:
    """The policy of a registry repository, the product's own outside of any. Raises `InvalidInputError`."""
    return Policy() if registry is None else policy_in(registry / FILE)


def policy_in(file: Path) -> Policy:
    """The policy that a file says. Raises `InvalidInputError`."""
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvalidInputError(f"{file} cannot be read: {error.strerror}.") from error
    try:
        return policy_of(content, today())
    except InvalidInputError as error:
        raise InvalidInputError(error.message.replace(FILE, str(file), 1)) from error
