"""Headers that every answer of every listener has: what a browser, and whatever caches between, may do with it.

No answer of ours is a page, and each is for its caller alone. `process.serve` puts them on, so that none can be without.
"""

from collections.abc import Sequence
from typing import Final

_ALWAYS: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
)


def of_every_answer(hsts_seconds: int) -> Sequence[tuple[str, str]]:
    """With 0 seconds nothing is said of https, as whoever is reached without it must not say so (RFC 6797, 7.2)."""
    if hsts_seconds == 0:
        return _ALWAYS
    return (*_ALWAYS, ("Strict-Transport-Security", f"max-age={hsts_seconds}"))
