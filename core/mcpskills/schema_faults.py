"""Holding a document against a JSON Schema, and saying what is wrong with it in sentences for its author."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from mcpskills.frontmatter import Json
from mcpskills.printable import quoted

if TYPE_CHECKING:
    from jsonschema import ValidationError

_MOST = 10
_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
}
_COUNTED = {
    "maxItems": "entries",
    "minItems": "entries",
    "maxLength": "characters",
    "minLength": "characters",
    "minProperties": "keys",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a path of keys and positions. `key` is set when that key of the mapping there is to blame.

    `fix` is the schema's own description of what belongs there.
    """

    path: tuple[str | int, ...]
    key: str | None
    message: str
    fix: str


def faults(schema: Mapping[str, Json], document: Json) -> Iterator[Fault]:
    """The first few faults in the order of the schema; none means that the document fits.

    A list that is too long ends the search, so that a bounded list costs a bounded check: put `maxItems` before `items`.
    """
    from jsonschema import Draft202012Validator  # noqa: PLC0415 2 MB, which a server that checks no skill does without

    for error in islice(Draft202012Validator(schema).iter_errors(document), _MOST):
        yield _fault(error)
        if error.validator == "maxItems":
            return


def _fault(error: "ValidationError") -> Fault:
    path = tuple(error.absolute_path)
    subject = quoted(_shown(path)) if path else "the file"
    schema: Any = error.schema
    if error.validator == "additionalProperties":
        instance: Any = error.instance
        unknown = next(key for key in instance if key not in schema["properties"])
        expected = ", ".join(f"`{key}`" for key in schema["properties"])
        return Fault(path, unknown, f"{subject} has the unknown key {quoted(unknown)}", f"Expected are {expected}.")
    return Fault(path, None, f"{subject} {_complaint(error)}", schema.get("description", ""))


def _complaint(error: "ValidationError") -> str:
    value: Any = error.instance
    wanted: Any = error.validator_value
    match error.validator:
        case "type":
            return f"must be {_TYPES[wanted]}, but is {_written(value)}"
        case "required":
            return f"lacks {quoted(next(key for key in wanted if key not in value))}"
        case "maximum" | "minimum":
            return f"is {_written(value)}; {_bound(error)}"
        case str(keyword) if keyword in _COUNTED:
            return f"has {len(value)} {_COUNTED[keyword]}; {_bound(error)}"
        case _:
            return f"must not be {_written(value)}"


def _written(value: Json) -> str:
    return quoted(json.dumps(value, ensure_ascii=False))


def _bound(error: "ValidationError") -> str:
    return f"expected at {'most' if str(error.validator).startswith('max') else 'least'} {error.validator_value}"


def _shown(path: tuple[Any, ...]) -> str:
    shown = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return shown.removeprefix(".")
