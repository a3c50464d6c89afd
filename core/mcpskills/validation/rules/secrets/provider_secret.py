"""SK060: a secret in the shape that its issuer gives it, and no example of one."""

from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.secrets.hit import Family, Hit
from mcpskills.validation.rules.secrets.hits import hits

_FIX = "Revoke it where it was issued: it is in the history now. Then let the script read it from its environment."


def check(file: File) -> Iterator[Problem]:
    told: set[int] = set()
    found = hits(file)
    for hit in found.of(Family.ISSUED):
        if hit.offset not in told and _stands_alone(hit, file.text or ""):
            told.add(hit.offset)
            yield hit.problem(file, f"a secret: {hit.kind}", _FIX)
    if found.unfinished:
        yield Problem(
            "the file has more places that look like secrets than are examined: it was not scanned to the end",
            "Split the file, or take out what only looks like secrets.",
            line=1,
            column=1,
        )


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
