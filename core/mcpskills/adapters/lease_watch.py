"""Telling that a lease was given up without trusting anybody's clock: it was seen for as long as it lasts, and never renewed."""

import time
from threading import Lock


class LeaseWatch:
    """What this process saw of the leases of others, by its own steady clock. Safe to share between threads.

    A holder whose clock is fast, and that died, leaves a lease that ends far in the future of everybody else.
    """

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, float, float]] = {}
        self._lock = Lock()

    def stood_still(self, tenant: str, token: int, expires_at: float, seconds: float) -> bool:
        """Whether the tenant's lease is as it was so many seconds ago; a renewal moves its end."""
        now = time.monotonic()
        with self._lock:
            known = self._seen.get(tenant)
            if known is None or known[:2] != (token, expires_at):
                known = self._seen[tenant] = (token, expires_at, now)
        return now - known[2] > seconds
