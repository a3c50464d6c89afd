"""SK060: a secret in the shape that its issuer gives it, and no example of one."""

from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.secrets.hit import Family, Hit
from mcpskills.validation.rules.secrets.hits import hits
from mcpskills.validation.rules.secrets.placeholder import is_placeholder

_FIX = "Revoke it where it was issued: it is in the history now. Then let the script read it from its environment."


def check(file: File) -> Iterator[Problem]:
    told: set[int] = set()
    for hit in hits(file).of(Family.ISSUED):
        if hit.offset not in told and _stands_alone(hit, file.text or "") and not is_placeholder(hit.secret):
            told.add(hit.offset)
            yield hit.problem(file, f"a secret: {hit.kind}", _FIX)


def _stands_alone(hit: Hit, text: str) -> bool:
    """Not a part of something longer, such as an image in Base64, that has this shape by chance."""
    before = text[hit.offset - 1 : hit.offset] if hit.offset else ""
    end = hit.offset + len(hit.secret)
    after = text[end : end + 1]
    is_fixed = hit.kind == "AWS Access Key"
    return not _is_alphanumeric(before) and not (is_fixed and _is_alphanumeric(after))


def _is_alphanumeric(character: str) -> bool:
    return character.isascii() and character.isalnum()


RULE = FileRule("SK060", "provider-secret", Severity.ERROR, check)
