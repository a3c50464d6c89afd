"""What a token says, decided: whether it is meant for us and good now, and whom it names. Pure; see `Trust` for what is expected.

Guards stand in the order of what they tell: nobody learns whether a token of another issuer is out of date.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from mcpskills.access import Scope
from mcpskills.errors import CorruptedError
from mcpskills.strict_json import Reading
from mcpskills_server.auth.tokens.refused import Fault, RefusedTokenError
from mcpskills_server.auth.tokens.trust import Trust

_MOST_GROUPS: Final = 1000
_MOST_AUDIENCES: Final = 100
_MOST_SCOPES: Final = 1000
_SUBJECT: Final = 255
"""Characters, as OpenID Connect Core 1.0 has it."""

_NAME: Final = 256
_NAMES: Final = ("username", "preferred_username", "email")
"""Claims with a name for people: Cognito's first."""

_CLIENTS: Final = ("client_id", "azp", "appid", "cid")
"""Claims with the client that a token was made for: RFC 9068's, OpenID Connect's, Entra's, Okta's."""

_SCOPES: Final = ("scope", "scp")
"""Claims with what the client was given: RFC 9068's, and that of Entra and Okta."""

_LAST_DAY: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""Something can be added to it; there are no times in Python after its end."""

_NO_ACCESS: Final = ("at_hash", "c_hash", "events", "cnf")
"""Claims of ID tokens and of logout tokens, which are signed by the same keys, and of tokens that take a proof to be used."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a token names, and until when it is good. `scopes` are those of ours that it was given; `client` asked for it."""

    issuer: str
    subject: str
    name: str
    client: str | None
    groups: frozenset[str]
    scopes: frozenset[Scope]
    until: datetime


def caller_id(issuer: str, subject: str) -> str:
    """The `id` of a caller with a token."""
    return f"user:{issuer} {subject}"


def whose(claims: Reading, trust: Trust) -> str | None:
    """The id of the caller that a signed token names, good or not; None when that is nobody of the issuer's."""
    try:
        if claims.text("iss") == trust.issuer:
            return caller_id(trust.issuer, _subject(claims))
    except (CorruptedError, RefusedTokenError):
        pass
    return None


def identity(claims: Reading, trust: Trust, now: datetime) -> Identity:
    """Raises `RefusedTokenError`."""
    try:
        _expect_issuer(claims, trust)
        _expect_use(claims)
        client = _client(claims)
        _expect_us(claims, trust, client)
        _expect_tenant(claims, trust)
        until = _expect_now(claims, timedelta(seconds=trust.leeway), now)
        subject = _subject(claims)
        return Identity(
            issuer=trust.issuer,
            subject=subject,
            name=_name(claims, subject),
            client=client,
            groups=_groups(claims, trust),
            scopes=_scopes(claims, trust),
            until=until,
        )
    except CorruptedError as error:
        raise RefusedTokenError(Fault.MALFORMED, "A claim of the token is missing, or not of its kind.") from error


def _expect_issuer(claims: Reading, trust: Trust) -> None:
    if claims.text("iss") != trust.issuer:
        raise RefusedTokenError(Fault.ISSUER, "The token is another issuer's than the one that this server trusts.")


def _expect_use(claims: Reading) -> None:
    used = claims.text_or_none("token_use") or "access"
    if used != "access" or any(claim in claims for claim in _NO_ACCESS) or _only_identifies(claims):
        raise RefusedTokenError(Fault.USE, "Expected an access token, and this is another kind of token.")


def _only_identifies(claims: Reading) -> bool:
    """Whether it is an ID token, which providers need not mark as one: it tells who somebody is, and gives nobody anything."""
    if any(claim in claims for claim in _SCOPES):
        return False
    return "nonce" in claims or not any(claim in claims for claim in _CLIENTS)


def _expect_us(claims: Reading, trust: Trust, client: str | None) -> None:
    """Its audience names us (RFC 8707, RFC 9068); or it has none and says of whom it is, as Cognito's do."""
    if trust.clients and client not in trust.clients:
        raise RefusedTokenError(Fault.CLIENT, "The token was made for a client that this server does not know.")
    if "aud" in claims:
        if trust.audiences.isdisjoint(claims.texts("aud", _MOST_AUDIENCES)):
            raise RefusedTokenError(Fault.AUDIENCE, "The token was made for another resource than this server.")
    elif not trust.clients or claims.text_or_none("token_use") is None:
        raise RefusedTokenError(Fault.AUDIENCE, "The token does not say that it was made for this server.")


def _expect_tenant(claims: Reading, trust: Trust) -> None:
    if trust.tenant_claim is None:
        return
    if claims.text_or_none(trust.tenant_claim) != trust.tenant:
        raise RefusedTokenError(Fault.TENANT, "The token was made for another tenant than this server's.")


def _expect_now(claims: Reading, leeway: timedelta, now: datetime) -> datetime:
    """Until when the token is good, the leeway included."""
    until = min(claims.instant("exp"), _LAST_DAY) + leeway
    if until <= now:
        raise RefusedTokenError(Fault.EXPIRED, "The token has expired.")
    for begin in ("nbf", "iat"):
        if begin in claims and claims.instant(begin) - now > leeway:
            raise RefusedTokenError(Fault.NOT_YET, "The token is not good yet; are the clocks right?")
    return until


def _client(claims: Reading) -> str | None:
    named = [claims.text(claim) for claim in _CLIENTS if claim in claims]
    return named[0] if named else None


def _subject(claims: Reading) -> str:
    subject = claims.text("sub")
    if not 0 < len(subject) <= _SUBJECT or not subject.isprintable() or subject != subject.strip():
        raise RefusedTokenError(Fault.MALFORMED, f"Expected a subject of 1 to {_SUBJECT} characters of text.")
    return subject


def _name(claims: Reading, subject: str) -> str:
    """The name that people know, and the subject: people may choose the one, and nobody the other."""
    for claim in _NAMES:
        name = claims.text_or_none(claim)
        if name and name != subject and len(name) <= _NAME and name.isprintable():
            return f"{name} ({subject})"
    return subject


def _groups(claims: Reading, trust: Trust) -> frozenset[str]:
    groups = frozenset(group for claim in trust.groups_claims for group in claims.texts(claim, _MOST_GROUPS))
    if not all(group.isprintable() and 0 < len(group) <= _NAME for group in groups):
        raise RefusedTokenError(Fault.MALFORMED, f"Expected groups of 1 to {_NAME} characters of text.")
    return groups


def _scopes(claims: Reading, trust: Trust) -> frozenset[Scope]:
    """Those that are ours, as we spell them or as the issuer does; a token for us may be good for others as well."""
    said = {word for claim in _SCOPES for text in claims.texts(claim, _MOST_SCOPES) for word in text.split(" ")}
    return frozenset(scope for scope in Scope if scope in said or trust.spelled(scope) in said)
