"""Where invocations are kept."""

from collections.abc import Sequence
from typing import Protocol

from mcpskills.journal import ALL, Invocation, InvocationFilter, InvocationPage


class Journal(Protocol):
    """The invocations of every tenant, each for `journal.KEPT` after its time; then nobody gets it any more.

    Nothing costs more because much is kept. All methods raise `UnavailableError`.
    """

    def append(self, batch: Sequence[Invocation]) -> None:
        """Keep them, cut to the bounds of `journal.fitted`. An invocation whose id is kept already takes its place.

        When it raises, some may be kept: whoever has the batch appends it again. An invocation whose id is none raises
        `InvalidInputError`, before anything is kept.
        """

    def page(
        self, tenant: str, which: InvocationFilter = ALL, *, cursor: str | None = None, limit: int
    ) -> InvocationPage:
        """The newest of those that are wanted; with the `cursor` of a page, those after it. A filter may lag by a moment.

        `limit` is at most `journal.MOST_ON_A_PAGE`. What is appended meanwhile comes on no page but the first. Raises
        `InvalidInputError` for a cursor that no page gave.
        """

    def one(self, tenant: str, invocation: str) -> Invocation:
        """The invocation of this id. Raises `NotFoundError`."""
