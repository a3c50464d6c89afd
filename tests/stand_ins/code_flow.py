"""The authorization code flow with PKCE (RFC 7636), as a public client and the browser of a person go through it."""

import base64
import hashlib
import secrets
from collections.abc import Callable, Sequence
from urllib.parse import parse_qs, urlsplit

import httpx2

CALLBACK = "http://127.0.0.1:33418/callback"

Consent = Callable[[str], str]
"""What a person does with the address of a sign-in page; gives where the browser is sent then."""


def tokens(
    authorize: str, token: str, client_id: str, scopes: Sequence[str], consent: Consent, **more: str
) -> dict[str, str]:
    """What the client is given: tokens by their names. `more` is asked for at both endpoints."""
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "client_id": client_id,
        "response_type": "code",
        "redirect_uri": CALLBACK,
        "scope": " ".join(scopes),
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        **more,
    }
    [code] = parse_qs(urlsplit(consent(str(httpx2.URL(authorize, params=asked)))).query)["code"]
    form = {
        "grant_type": "authorization_code",
        "client_id": client_id,
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": verifier,
        **more,
    }
    return redeem(token, form)


def redeem(token: str, form: dict[str, str], program: tuple[str, str] | None = None) -> dict[str, str]:
    """Tokens for a grant. A program says its id and secret as well."""
    answer = httpx2.post(token, data=form, auth=program, timeout=30)
    assert answer.status_code == httpx2.codes.OK, answer.text
    given: dict[str, str] = answer.json()
    return given
