"""What a registry decides for itself, in `registry.toml`: limits. They may be tighter than the product's, never wider."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields

from mcpskills.errors import InvalidInputError
from mcpskills.printable import quoted

FILE = "registry.toml"


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds, inclusive, of one skill. Bytes are raw bytes, before any compression."""

    skill_md_bytes: int = 100 * 1024
    script_bytes: int = 1024 * 1024
    package_bytes: int = 10 * 1024 * 1024
    files: int = 512


def read_limits(toml_text: str) -> Limits:
    """The limits of a `registry.toml`; what its `[limits]` leaves out keeps the default. Raises `InvalidInputError`."""
    try:
        document = tomllib.loads(toml_text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InvalidInputError(f"{FILE} cannot be read: {error or 'it is nested too deep'}.") from error
    table = document.get("limits", {})
    if not isinstance(table, Mapping):
        raise InvalidInputError(f"{FILE}: `limits` must be a table, written as `[limits]`, but is {table!r:.40}.")
    largest = {field.name.replace("_", "-"): field.default for field in fields(Limits)}
    unknown = sorted(table.keys() - largest.keys())
    if unknown:
        raise InvalidInputError(
            f"{FILE}: [limits] has the unknown key {quoted(unknown[0])}; expected one of {', '.join(largest)}."
        )
    return Limits(**{key.replace("-", "_"): _limit(key, value, largest[key]) for key, value in table.items()})


def _limit(key: str, value: object, largest: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not isinstance(largest, int):
        raise InvalidInputError(f"{FILE}: limits.{key} must be a whole number, but is {value!r:.40}.")
    if not 1 <= value <= largest:
        raise InvalidInputError(
            f"{FILE}: limits.{key} must lie between 1 and {largest}, but is {value!r:.40}; "
            "a registry can only tighten a limit."
        )
    return value
