"""A signed token as it comes (RFC 7515, compact serialization): taken apart, and its signature checked by a key of the issuer's.

What a token says of keys (`jku`, `x5u`, `jwk`, `x5c`) is never looked at: keys come from the issuer, and a token names one.
"""

import base64
import re
from dataclasses import dataclass
from typing import Final

from jwt import PyJWK, PyJWS, PyJWTError

from mcpskills import strict_json
from mcpskills.errors import CorruptedError
from mcpskills.strict_json import Reading
from mcpskills_server.auth.tokens.refused import Fault, RefusedTokenError

ALGORITHMS: Final = ("RS256", "ES256")
"""Of signatures; there is no other, whatever a token or a key says."""

MOST_CHARACTERS: Final = 16 * 1024
"""Of a token. A header of HTTP has room for four times as many, and providers put less into theirs."""

_HEADER_BYTES: Final = 4096
_NESTING: Final = 12
_NAME: Final = 256
"""Characters of the name of a key."""

_FORM: Final = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")
_TYPES: Final = frozenset({"jwt", "at+jwt", "application/at+jwt"})
"""Of access tokens, RFC 9068 and before; others are of logout tokens, proofs and the like."""

_jws = PyJWS(algorithms=list(ALGORITHMS), options={"verify_signature": True, "enforce_minimum_key_length": True})


@dataclass(frozen=True, slots=True)
class Compact:
    """A token that nothing is known of yet but which key should have signed it."""

    text: str
    key: str
    algorithm: str

    def __repr__(self) -> str:
        return "Compact(…)"

    def verified(self, key: PyJWK) -> Reading:
        """Its claims. Raises `RefusedTokenError` when it was not signed by this key, or has no claims."""
        try:
            payload: bytes = _jws.decode_complete(self.text, key, algorithms=[self.algorithm])["payload"]
        except PyJWTError as error:
            raise RefusedTokenError(Fault.SIGNATURE, "The token's signature is not that of its issuer.") from error
        return _object(payload, "the token", MOST_CHARACTERS)


def parse(text: str) -> Compact:
    """Raises `RefusedTokenError` for what is no token, or of a kind that is not taken."""
    form = _FORM.fullmatch(text) if len(text) <= MOST_CHARACTERS else None
    if form is None:
        raise RefusedTokenError(
            Fault.MALFORMED, f"Expected an API key, or a signed token of at most {MOST_CHARACTERS} characters."
        )
    try:
        header = _object(_bytes(form[1]), "the token's header", _HEADER_BYTES)
        algorithm, key, kind = header.text("alg"), header.text("kid"), header.text_or_none("typ")
    except CorruptedError as error:
        raise _malformed("The token's header is not that of a signed token with a key's name.") from error
    if algorithm not in ALGORITHMS:
        raise RefusedTokenError(Fault.ALGORITHM, f"Expected a token signed by {' or '.join(ALGORITHMS)}.")
    if not 0 < len(key) <= _NAME or not key.isprintable():
        raise _malformed("The name of the token's key is too long, or no text.")
    if kind is not None and kind.lower() not in _TYPES:
        raise RefusedTokenError(Fault.USE, "Expected an access token, and this is another kind of token.")
    if "crit" in header or "b64" in header:
        raise _malformed("The token's header demands what is not supported.")
    return Compact(text, key, algorithm)


def _object(content: bytes, place: str, limit: int) -> Reading:
    try:
        return strict_json.read(content, place, limit, _NESTING)
    except CorruptedError as error:
        raise _malformed(f"Expected {place} to be a JSON object with each key once, and not nested deeply.") from error


def _bytes(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError as error:
        raise _malformed("The token is not written in base64url.") from error


def _malformed(message: str) -> RefusedTokenError:
    return RefusedTokenError(Fault.MALFORMED, message)
