"""What every way to tell who calls promises; one file for each, and a row in the composition root."""

import math
from dataclasses import dataclass
from typing import Protocol

from mcpskills.access import Caller
from mcpskills.principal import Principal


@dataclass(frozen=True, slots=True)
class Recognised:
    """Who calls by a credential, for how many seconds from now at most, and what is kept of them, if anything."""

    caller: Caller
    seconds: float = math.inf
    principal: Principal | None = None


class Authenticator(Protocol):
    """Tells callers by one kind of credential."""

    def takes(self, credential: str) -> bool:
        """Whether it has the form of that kind; no two authenticators take the same."""

    def authenticate(self, credential: str) -> Recognised:
        """Who calls; may block, for it runs in a thread.

        Raises `RefusedCredentialError`, and `UnavailableError` when that cannot be found out now.
        """
