"""Changes that are decided by what was looked at: when it changed meanwhile, look again."""

from collections.abc import Callable
from typing import TypeVar

from mcpskills.errors import PreconditionFailedError

_TRIES = 20

T = TypeVar("T")


def at_one(
    number: Callable[[], int],
    expect: Callable[[int, int | None], None],
    if_match: int | None,
    attempt: Callable[[int], T],
) -> T:
    """What the attempt gives, which raises `PreconditionFailedError` when it would write at another number than it takes.

    Raises that as well when the caller named a number and `expect` finds another one, or when changes do not cease.
    """
    for _ in range(_TRIES):
        present = number()
        expect(present, if_match)
        try:
            return attempt(present)
        except PreconditionFailedError:
            if if_match is not None:
                raise
    raise PreconditionFailedError("This keeps changing while it is looked at: repeat it.")
