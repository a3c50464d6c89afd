"""What a registry decides for itself, in `registry.toml`: limits. They may be tighter than the product's, never wider."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields

from mcpskills.errors import InvalidInputError
from mcpskills.printable import quoted

FILE = "registry.toml"

MAX_BYTES = 4096
"""Of a `registry.toml`: a parser's memory grows with the square of what a file can nest."""

_SHOWN = 40
_SHOWN_BITS = 64


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds, inclusive, of one skill. Bytes are raw bytes, before any compression."""

    skill_md_bytes: int = 100 * 1024
    script_bytes: int = 1024 * 1024
    package_bytes: int = 10 * 1024 * 1024
    files: int = 512


def limits_of(file: bytes | None) -> Limits:
    """The limits of a registry whose `registry.toml` has these bytes, or that has none. Raises `InvalidInputError`."""
    if file is None:
        return Limits()
    try:
        return read_limits(file.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InvalidInputError(f"{FILE} is not UTF-8.") from error


def read_limits(toml_text: str) -> Limits:
    """The limits of a `registry.toml`; what its `[limits]` leaves out keeps the default. Raises `InvalidInputError`."""
    size = len(toml_text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise InvalidInputError(
            f"{FILE} has {size} bytes, but at most {MAX_BYTES} are read; its limits need a few lines."
        )
    try:
        document = tomllib.loads(toml_text)
    except (ValueError, RecursionError) as error:
        raise InvalidInputError(f"{FILE} cannot be read: {error or 'it is nested too deep'}.") from error
    strange = sorted(document.keys() - {"limits"})
    if strange:
        raise InvalidInputError(
            f"{FILE} has the unknown entry {quoted(strange[0])}; expected the table `[limits]` only."
        )
    table = document.get("limits", {})
    if not isinstance(table, Mapping):
        raise InvalidInputError(f"{FILE}: `limits` must be a table, written as `[limits]`, but is {_shown(table)}.")
    largest = {field.name.replace("_", "-"): field.default for field in fields(Limits)}
    unknown = sorted(table.keys() - largest.keys())
    if unknown:
        raise InvalidInputError(
            f"{FILE}: [limits] has the unknown key {quoted(unknown[0])}; expected one of {', '.join(largest)}."
        )
    return Limits(**{key.replace("-", "_"): _limit(key, value, largest[key]) for key, value in table.items()})


def _limit(key: str, value: object, largest: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not isinstance(largest, int):
        raise InvalidInputError(f"{FILE}: limits.{key} must be a whole number, but is {_shown(value)}.")
    if not 1 <= value <= largest:
        raise InvalidInputError(
            f"{FILE}: limits.{key} must lie between 1 and {largest}, but is {_shown(value)}; "
            "a registry can only tighten a limit."
        )
    return value


def _shown(value: object) -> str:
    """A value of a TOML file, for a message; of those that may be endless only what they are."""
    if isinstance(value, str):
        return repr(value[:_SHOWN])
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a table"
    if isinstance(value, int) and value.bit_length() > _SHOWN_BITS:
        return "a number far away from that"
    return str(value)
