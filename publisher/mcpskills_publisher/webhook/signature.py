"""Who sent it: GitHub signs the raw bytes of a delivery with a secret that only both know.

https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
"""

import hashlib
import hmac
from collections.abc import Sequence

HEADER = "X-Hub-Signature-256"

_SCHEME = "sha256="


def signed(body: bytes, header: str | None, secrets: Sequence[bytes]) -> bool:
    """Whether one of the secrets signed exactly these bytes; GitHub's older SHA-1 signature does not count.

    It takes the same time wherever a forgery differs, and whichever secret signed.
    """
    given = (header or "").encode()
    expected = [_SCHEME.encode() + hmac.new(secret, body, hashlib.sha256).hexdigest().encode() for secret in secrets]
    matches = [hmac.compare_digest(each, given) for each in expected]
    return any(matches)
