"""Between rows of text, numbers and None and what DynamoDB calls attributes. None is left out; long texts are compressed."""

import zlib
from collections.abc import Mapping
from typing import Any

from mcpskills.errors import InvalidInputError

Item = dict[str, dict[str, Any]]

_COMPRESSED = {"manifest", "frontmatter", "evaluation", "provenance", "reason", "parameters", "result"}
_MOST_BYTES = 400 * 1024


class Fields(dict[str, Any]):
    """A row as it was written; what was None is so again."""

    def __missing__(self, column: str) -> None:
        return None


def item(values: Mapping[str, Any], what: str) -> Item:
    """Raises `InvalidInputError` when the item is larger than DynamoDB keeps; `what` names it to a person."""
    written = {name: attribute(_compressed(name, value)) for name, value in values.items() if value is not None}
    size = sum(len(name.encode()) + _size(value) for name, value in written.items())
    if size > _MOST_BYTES:
        raise InvalidInputError(
            f"{what} takes {size:,} bytes in the catalog, which keeps at most {_MOST_BYTES:,} of one: split the skill, or "
            "shorten its frontmatter and list of files."
        )
    return written


def attribute(value: str | float | bytes) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int | float):
        return {"N": repr(value)}
    return {"B": value} if isinstance(value, bytes) else {"S": value}


def fields(item: Item) -> Fields:
    return Fields({name: _value(*next(iter(typed.items()))) for name, typed in item.items()})


def _value(kind: str, value: Any) -> Any:
    if kind == "N":
        return float(value) if set(value) & set(".eE") else int(value)
    return zlib.decompress(value).decode() if kind == "B" else value


def _compressed(name: str, value: Any) -> Any:
    return zlib.compress(value.encode()) if name in _COMPRESSED else value


def _size(typed: dict[str, Any]) -> int:
    (value,) = typed.values()
    if isinstance(value, str):
        return len(value.encode())
    return len(value) if isinstance(value, bytes) else 1
