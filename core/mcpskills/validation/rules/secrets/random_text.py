"""SK063: random characters beside a word for a secret."""

import re
from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.secrets.hit import Family, Hit
from mcpskills.validation.rules.secrets.hits import hits

_SECRETIVE = re.compile(r"secret|token|passw|api[_-]?key|auth|credential|bearer|private", re.IGNORECASE)
_OPEN = re.compile(
    r"sha(?:1|2|256|384|512)|\bmd5|hash|digest|checksum|integrity|signature|\bsig\b|commit|revision|etag|public|fingerprint|data:|\buri\b|url"
    r"|https?:|_id\b|\buuid|guid|nonce|address|cursor",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"\.(?:sig|asc|minisig|pem|crt|cer|lock|sum|ipynb|svg|oms)$|-lock\.\w+$", re.IGNORECASE)
_PATH_OR_NAME = re.compile(r"[\\/]|^[A-Za-z]+(?:[_-][A-Za-z0-9]+)+$")
_REACH = 80


def check(file: File) -> Iterator[Problem]:
    if _SIGNATURE.search(file.path):
        return
    known = {hit.secret for hit in hits(file).found if hit.family is not Family.RANDOM}
    for hit in hits(file).of(Family.RANDOM):
        if hit.secret not in known and _is_secretive(hit):
            known.add(hit.secret)
            yield hit.problem(
                file,
                f"random characters beside a word for a secret: {hit.kind}",
                "If this is a secret, revoke it and read it from the environment.",
            )


def _is_secretive(hit: Hit) -> bool:
    at = hit.line.find(hit.secret)
    before = hit.line[max(at - _REACH, 0) : at]
    return bool(_SECRETIVE.search(before)) and not _OPEN.search(before) and not _PATH_OR_NAME.search(hit.secret)


RULE = FileRule("SK063", "random-text", Severity.INFO, check)
