"""Where a page ends: a few texts that tell the last row from all others, in a form that clients give back unread."""

import base64
import binascii
import json

from mcpskills.errors import InvalidInputError


def written(*key: str) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def read(cursor: str, texts: int, start: str) -> tuple[str, ...]:
    """The texts of a key. Raises `InvalidInputError` for what no listing gave; `start` is where the first page begins."""
    try:
        key = json.loads(base64.b64decode(cursor.encode(), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        key = None
    if not isinstance(key, list) or len(key) != texts or not all(isinstance(text, str) for text in key):
        raise InvalidInputError(f"The cursor is none that a listing gave; leave it out to start from {start}.")
    return tuple(key)


def written_in(order: str, *key: str) -> str:
    """A cursor that is good for this order of a listing alone."""
    return written(order, *key)


def read_in(order: str, cursor: str, texts: int, start: str) -> tuple[str, ...]:
    """As `read`; raises `InvalidInputError` as well for a cursor of another order."""
    of, *key = read(cursor, texts + 1, start)
    if of != order:
        raise InvalidInputError(
            f"The cursor belongs to another order than {order!r}: go on in its own, or leave it out to start from {start}."
        )
    return tuple(key)
