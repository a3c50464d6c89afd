"""SK062: something that its name, or its place in an address, makes look like a secret."""

import base64
import re
from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.secrets.hit import Family, Hit
from mcpskills.validation.rules.secrets.hits import hits

_FIX = "If it is real, revoke it and read it from the environment; if it is an example, write it as one, such as `<your key>`."
# What manuals write for a password, and hosts on which nobody else can use it.
_USUAL = re.compile(
    r"(?:my|the|db|user(?:name)?|root|admin|postgres|mysql|redis|guest|some|super|top|new|old|strong|secure|s3cr3t|p4ss|hunter2|test"
    r"|pass|pwd|password|passw0rd|p@ssw0rd|p@ssword|p@ss|passwd|passphrase|secret|token|key|value|string|none|null|true|false|api"
    r"|auth|client|service|account|access|private|temp|welcome|demo|initial|load|letmein|[\W_\d])+",
    re.IGNORECASE,
)
_OWN_HOST = re.compile(
    r"@(?:(?:localhost|host|db|postgres|redis|mysql)(?:[:/\s\"'`]|$)|127\.|0\.0\.0\.0|\[::1\]|[\w.-]{0,100}example\."
    r"|[\w-]{1,63}\.(?:local|test|invalid)\b)"
)
_SIGNATURE = re.compile(r"\.?[\w-]{20}")
_MADE_UP = re.compile(r"1234567890|John Doe|example|demo|test|admin|user_?\d|foo|alice|bob\b", re.IGNORECASE)
_PLAIN = re.compile(r"[\w!@#%^&*+=/.~-]{8,200}")


def check(file: File) -> Iterator[Problem]:
    for hit in hits(file).of(Family.NAMED):
        if _is_telling(hit):
            yield hit.problem(file, f"this looks like a secret: {hit.kind}", _FIX)


def _is_telling(hit: Hit) -> bool:
    after = hit.line[hit.line.find(hit.secret) + len(hit.secret) :]
    match hit.kind:
        case "Basic Auth Credentials":
            return not _USUAL.fullmatch(hit.secret) and not _OWN_HOST.match(after)
        case "Secret Keyword":
            return bool(_PLAIN.fullmatch(hit.secret)) and not _USUAL.fullmatch(hit.secret) and _is_mixed(hit.secret)
        case "JSON Web Token":
            return bool(_SIGNATURE.match(after)) and not _claims_to_be_one(hit.secret)
        case "Artifactory Credentials":
            return _is_mixed(hit.secret)
        case _:
            return True


def _claims_to_be_one(token: str) -> bool:
    """Whether a token's claims are those of a manual; that they can be decoded the detector has seen to."""
    claims = token.split(".")[1]
    padded = claims + "=" * (-len(claims) % 4)
    return bool(_MADE_UP.search(base64.urlsafe_b64decode(padded).decode("utf-8", "replace")))


def _is_mixed(secret: str) -> bool:
    """Not a word, a path, or the name of a variable."""
    letters, digits = any(map(str.isalpha, secret)), any(map(str.isdigit, secret))
    return letters and digits and not re.fullmatch(r"[A-Z][A-Z0-9_]*|[a-z][a-z0-9]*(?:[_./-][a-z0-9]+)+", secret)


RULE = FileRule("SK062", "named-secret", Severity.WARNING, check)
