"""Where secrets of skills are kept."""

from collections.abc import Sequence
from typing import Protocol

from mcpskills.secret import DamagedSecret, NewValue, Secret


class Secrets(Protocol):
    """Secrets of one tenant, kept so that who has the store alone cannot read a value or change who gets it.

    Nobody is given a value but by `value`. Of two changes of one secret at once the later one stands. All methods raise
    `UnavailableError`, and `CorruptedError` for a secret that somebody changed behind them.
    """

    def put(self, name: str, value: NewValue) -> Secret:
        """Keep the value as the secret's next version, in place of the one before. Who gets it stays.

        Raises `InvalidInputError` when there are `secret.MOST` already, where that is known.
        """

    def grant(self, name: str, skills: frozenset[str]) -> Secret:
        """Have these skills get it, and no others. The version stays. Raises `NotFoundError`."""

    def remove(self, name: str) -> None:
        """Forget it, its grants too, also one that somebody changed behind it. Raises `NotFoundError`."""

    def find(self, name: str) -> Secret:
        """Raises `NotFoundError`."""

    def known(self) -> Sequence[Secret | DamagedSecret]:
        """All of them in the order of their names, also damaged ones. May lag by a moment."""

    def value(self, name: str, skill: str) -> str:
        """The value, for a skill that gets it; for any other it is as if there were none. Raises `NotFoundError`."""
