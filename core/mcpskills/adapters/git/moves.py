"""Moving references by compare-and-swap: a reference goes from where it was seen to where it shall be, or stays."""

from collections.abc import Sequence
from dataclasses import dataclass

from dulwich.file import FileLocked
from dulwich.objects import ZERO_SHA, ObjectID
from dulwich.refs import Ref
from dulwich.repo import Repo


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a reference. `old` None: it must not be there yet; `new` None: it goes away."""

    ref: Ref
    old: ObjectID | None
    new: ObjectID | None


class MovedError(Exception):
    """A reference is no longer where it was seen. Stays within this package: whoever moves looks again."""


def apply(repo: Repo, moves: Sequence[Move]) -> None:
    """Move references of a repository on this machine, in this order. Raises `MovedError` at the first that cannot."""
    for move in moves:
        try:
            moved = _one(repo, move)
        except FileLocked:
            # Another process is at it this moment, so it is about to move.
            moved = False
        if not moved:
            raise MovedError(move.ref.decode("utf-8", "backslashreplace"))


def _one(repo: Repo, move: Move) -> bool:
    if move.new is None:
        return repo.refs.remove_if_equals(move.ref, move.old or ZERO_SHA)
    # Without an old one, dulwich sets it whatever stands there.
    return repo.refs.set_if_equals(move.ref, move.old or ZERO_SHA, move.new)
