"""Reading `registry.toml`: checked against its schema, then typed."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from mcpskills.errors import InvalidInputError
from mcpskills.printable import quoted
from mcpskills.schema_faults import faults
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import FILE, Limits, Policy, Waiver
from mcpskills.validation.schemas import registry_schema

MAX_BYTES = 64 * 1024
"""Of a `registry.toml`."""

MAX_LINE = 400
"""Characters of one line: a parser's memory grows with the square of the dots in a key."""

_WAIVER = re.compile(r"\s*\[\[\s*waivers\s*\]\]")


def policy_of(file: bytes | None, today: date) -> Policy:
    """The policy of a registry whose `registry.toml` has these bytes, or that has none. Raises `InvalidInputError`."""
    if file is None:
        return Policy()
    try:
        return read_policy(file.decode("utf-8"), today)
    except UnicodeDecodeError as error:
        raise InvalidInputError(f"{FILE} is not UTF-8.") from error


def read_policy(toml_text: str, today: date) -> Policy:
    """What a `registry.toml` says on a day; what it leaves out is the product's own. Raises `InvalidInputError`."""
    document = _document(toml_text)
    waivers = tuple(_waivers(document.get("waivers", []), toml_text))
    allowed = tuple(document.get("waiving", {}).get("allowed", ()))
    granted = tuple(waiver for waiver in waivers if not allowed or waiver.by in allowed)
    return Policy(
        limits=Limits(**{key.replace("-", "_"): int(value) for key, value in document.get("limits", {}).items()}),
        severities=tuple((code, _severity(word)) for code, word in sorted(document.get("rules", {}).items())),
        licenses=_optional(document.get("licenses", {}).get("allowed")),
        sources=_optional(document.get("dependencies", {}).get("sources")),
        required=tuple(document.get("review", {}).get("required", ())),
        may_waive=allowed,
        waivers=tuple(waiver for waiver in granted if waiver.expires >= today),
        expired=tuple(waiver for waiver in waivers if waiver.expires < today and waiver in granted),
        unauthorised=tuple(waiver for waiver in waivers if waiver not in granted),
        refuse_failed_evals=document.get("evaluation", {}).get("on-failure") == "refuse",
    )


def _document(toml_text: str) -> dict[str, Any]:
    size = len(toml_text.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        raise InvalidInputError(f"{FILE} has {size} bytes, but at most {MAX_BYTES} are read.")
    longest = max(map(len, toml_text.split("\n")))
    if longest > MAX_LINE:
        raise InvalidInputError(f"{FILE} has a line of {longest} characters; at most {MAX_LINE} are read in one line.")
    try:
        document = tomllib.loads(toml_text)
    except (ValueError, RecursionError) as error:
        raise InvalidInputError(f"{FILE} cannot be read: {error or 'it is nested too deep'}.") from error
    try:
        fault = next(faults(registry_schema(), _as_json(document)), None)
    except RecursionError as error:
        raise InvalidInputError(f"{FILE} cannot be read: it is nested too deep.") from error
    if fault is not None:
        raise InvalidInputError(f"{FILE}: {fault.message}. {fault.fix}".rstrip())
    return document


def _as_json(value: Any) -> Any:
    """TOML's dates and times as their texts, which is how a JSON Schema sees them."""
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def _waivers(tables: list[dict[str, Any]], toml_text: str) -> Iterator[Waiver]:
    headers = [number for number, line in enumerate(toml_text.split("\n"), 1) if _WAIVER.match(line)]
    for index, table in enumerate(tables):
        try:
            expires = date.fromisoformat(str(table["expires"]))
        except ValueError as error:
            raise InvalidInputError(
                f"{FILE}: waivers.{index}.expires is {quoted(str(table['expires']))}, which is no day of the calendar."
            ) from error
        # A header inside a long text would shift the lines: then rather none than a wrong one.
        line = headers[index] if len(headers) == len(tables) else None
        yield Waiver(**{**table, "expires": expires}, line=line)


def _severity(word: str) -> Severity | None:
    return None if word == "off" else Severity(word)


def _optional(values: list[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)
