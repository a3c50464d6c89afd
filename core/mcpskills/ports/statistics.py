"""Where statistics are kept."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from mcpskills.statistics.sheet import Kind, Sheet


class Statistics(Protocol):
    """The sheets of every tenant, each until its `expires_at`; then nobody gets it any more.

    Any number of processes write at once: nobody's sheet is another's. Cost grows with what is asked for, whatever is kept. All
    methods raise `UnavailableError`.
    """

    def put(self, tenant: str, sheets: Sequence[Sheet]) -> None:
        """Keep them, each in place of the one with its part, kind, start, writer and leaf.

        One that counts less far (`until`) takes no place: who was slow undoes nothing. When it raises, some may be kept: whoever
        has them puts them again. Of sheets with the same place the last one counts.
        """

    def read(
        self, tenant: str, kind: Kind, parts: Collection[str], *, since: datetime, until: datetime
    ) -> Sequence[Sheet]:
        """The sheets of these parts that start from `since` on and before `until`, in any order; what was put is seen at once."""

    def remove(self, tenant: str, sheets: Sequence[Sheet]) -> None:
        """Forget those that there are."""
