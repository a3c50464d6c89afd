"""Where in a text a secret may stand: a fast look at the whole, so that the slow detectors see a few lines only.

A detector of `detectors` that looks for something new needs a sign here by which its place is found.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import chain, islice

from mcpskills.validation.file import File

LONGEST = 1000
"""Characters of a line that are looked at together."""

_BEFORE = 200
_MOST_CANDIDATES = 50_000
# Candidates times the length of their lines; for tokens, the length of all lines with one.
_MOST_WORK = 400_000


class Sort(Enum):
    """Which detectors a place is for."""

    TOKEN = "token"  # noqa: S105 - a word, no secret
    WORD = "word"
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the text, or the part of a long one around a candidate. `offset` is where it starts in the text."""

    sort: Sort
    offset: int
    line: str
    is_part: bool


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Stands at the end of a sort of places when a file has more of them than are looked at."""

    sort: Sort


def _marking(letters: bytes, quotes: bytes = b"") -> bytes:
    """A table for `translate`: a letter is `a`, a quote `"`, all else a space. What is looked for in that is found at once."""
    return bytes(b'a "'[0 if byte in letters else 2 if byte in quotes else 1] for byte in range(256))


_HEX_DIGITS = b"0123456789abcdefABCDEF"
_WORD = bytes(byte for byte in range(128) if chr(byte).isalnum()) + b"_-"
_MARKED = _marking(_WORD)
_SHORTEST = 20
_RUN = b"a" * _SHORTEST
# Signs of a token at the start of a run of 20 or more letters, digits, `_` and `-`, or inside it. Each begins with a plain
# letter: then a search passes over all other letters at once.
_TOKEN = re.compile(
    rb"AKIA|ASIA|ABIA|ACCA|A3T|gh[pousr]_|github_pat_|gl(?:pat|dt|ft|soat|rt|cbt|imt|ptt|agent|oas)-|GR1348941|T3BlbkFJ|pypi-AgE"
    rb"|sq0csp-|rk_live_|sk_live_|x[oO][xX]|X[oO][xX]|xapp-|eyJ|M[\w-]{23,25}\.[\w-]{6}\.|N[\w-]{23,25}\.[\w-]{6}\."
    rb"|O[\w-]{23,25}\.[\w-]{6}\.|AC[a-z0-9]{32}|SK[a-z0-9]{32}"
    rb"|sk-(?:ant|or)-|AIza|GOCSPX-|hf_|npm_|whsec_|do[por]_v1_|dapi[0-9a-f]|shp(?:at|ss|ca|pa)_|lin_api_|ntn_|gsk_|xai-|pplx-"
    rb"|tvly-|sb_secret_|sbp_|dckr_pat_|AGE-SECRET-KEY-|figd_|ATATT3|r8_|glsa_|oms_|sntry[su]_|FwoG|IQoJ"
)
_MAILCHIMP = re.compile(rb"[0-9a-z]{32}-us\d")
# What stands behind the run and belongs to the sign.
_BEHIND = 40
_DOTTED = re.compile(rb"(?:SG\.|hvs\.|\d{8}:)$")
_DOTTED_REACH = 16
_ASSIGNED = re.compile(rb"key|pw|pass|token")
_ASSIGNED_REACH = 60
_LEAST_ASSIGNED = 24
_LONGEST_RUN = 200
_RESERVED = rb":/?#\[\]@!$&'()*+,;="
# Shorter than a run, or cut by other characters. All are patterns, so that all are looked for in one way.
_SIGNS = (
    re.compile(rb"AccountKey="),
    re.compile(rb"hooks\.slack\.com/services/"),
    re.compile(rb":_authToken="),
    re.compile(rb"cloudant\.com"),
    re.compile(rb"softlayer\.com"),
    re.compile(rb"A(?:KC[a-zA-Z0-9]{2}|P[0-9A-F])[a-zA-Z0-9]{8}"),  # of Artifactory
    re.compile(rb"://[^%s\s]{1,300}:[^%s\s]{1,300}@" % (_RESERVED, _RESERVED)),
)
_SLACK = re.compile(rb"xox[abposr]-\d")
_AWS = re.compile(rb"aws_secret_access_key")
_AWS_SECRET = 40
_PASSWORDS = (b"password", b"passwd")
_BEFORE_KEY = re.compile(rb"(?:api|auth|service|account|db|database|priv|private|client)_?$")
_BEFORE_PASS = re.compile(rb"(?:db|database|key)_?$")
_QUOTED = re.compile(rb"[\"'][A-Za-z0-9+/\\_=-]{9,}[\"']")
_HEX = re.compile(rb"[0-9a-fA-F]+")
# Base64 of 22 characters cannot reach the limit of 4.5 bits.
_LEAST_BASE64 = 23
# What each that is quoted begins with, in texts that are marked so.
_QUOTED_MARKS = (
    (_marking(_WORD + b"+/\\=", b"\"'"), b'"' + b"a" * _LEAST_BASE64),
    (_marking(_HEX_DIGITS, b"\"'"), b'"' + b"a" * 9),
)
# Patterns, because to search for one of these takes two thirds of the time that `in` takes.
_WORDS = tuple(map(re.compile, (b"key", b"pass", b"pwd", b"secret", b"contrase")))


def places(file: File) -> Iterator[Place | Unfinished]:
    """Each place once for each sort, in the order of the text for each sort."""
    text = file.text or ""
    flat = _flat(text)
    runs = list(islice(_runs(flat), _MOST_CANDIDATES))
    for sort, offsets in _offsets(flat, runs):
        yield from _around(file, text, sort, offsets)
        if sort is Sort.TOKEN and len(runs) == _MOST_CANDIDATES:
            yield Unfinished(sort)


def has_places(text: str) -> bool:
    """Whether there is any place in it; takes much less time than finding them all."""
    flat = _flat(text)
    lower = flat.lower()
    return bool(
        next(_words(lower), None) is not None
        # That of AWS is among the words.
        or any(sign.search(flat) for sign in _SIGNS)
        or _SLACK.search(lower)
        or any(_quoted(flat))
        or any(_sign(flat, lower, *run) is not None for run in islice(_runs(flat), _MOST_CANDIDATES))
    )


def _flat(text: str) -> bytes:
    return text.encode("ascii", "replace")


def _offsets(flat: bytes, runs: Iterable[tuple[int, int]]) -> Iterator[tuple[Sort, Iterable[int]]]:
    """Where each sort of places is."""
    lower = flat.lower()
    quoted = list(islice(_quoted(flat), _MOST_CANDIDATES))
    aws = (start for start, end in quoted if end - start == _AWS_SECRET)
    yield Sort.TOKEN, chain(_signed(flat, lower, runs), _short(flat, lower), aws)
    yield Sort.WORD, islice(_words(lower), _MOST_CANDIDATES)
    yield Sort.RANDOM, (start for start, _ in quoted)


def _around(file: File, text: str, sort: Sort, offsets: Iterable[int]) -> Iterator[Place | Unfinished]:
    start = done = 0
    left = _MOST_WORK
    for offset in sorted(offsets):
        is_new = offset >= done
        if is_new:
            number, column = file.place(offset)
            start, end = offset - column + 1, offset - column + 1 + len(file.lines[number - 1])
            is_part = end - start > LONGEST
            if is_part:
                start = max(start, offset - _BEFORE)
                end = min(end, start + LONGEST)
            # The last characters of a part are looked at again, for a candidate that was cut there.
            done = end - _BEFORE if is_part else end
            yield Place(sort, start, text[start:end], is_part)
        # A detector that goes by words takes the length of the line for each of them; those of tokens take it once.
        left -= done - start if is_new or sort is not Sort.TOKEN else 0
        if left <= 0:
            yield Unfinished(sort)
            return


def _runs(flat: bytes) -> Iterator[tuple[int, int]]:
    """Where runs of 20 and more of the characters of a token start and end."""
    marked = flat.translate(_MARKED)
    at = marked.find(_RUN)
    while at >= 0:
        end = marked.find(b" ", at)
        end = len(marked) if end < 0 else end
        yield at, end
        at = marked.find(_RUN, end)


def _signed(flat: bytes, lower: bytes, runs: Iterable[tuple[int, int]]) -> Iterator[int]:
    found = (_sign(flat, lower, start, end) for start, end in runs)
    return (at for at in found if at is not None)


def _sign(flat: bytes, lower: bytes, start: int, end: int) -> int | None:
    """Where a run has the sign of a token, if it has any."""
    # All signs are of what runs are of, but for the dots of some: without one none reaches over the end.
    last = end + _BEHIND if flat.startswith(b".", end) else end
    until = min(last, start + _LONGEST_RUN + _BEHIND)
    for pattern in (_TOKEN, _MAILCHIMP) if flat.find(b"-us", start, until) >= 0 else (_TOKEN,):
        sign = pattern.search(flat, start, until)
        if sign and sign.start() < end:
            return sign.start()
    if _DOTTED.search(flat, max(start - _DOTTED_REACH, 0), start) or _is_assigned(lower, start, end):
        return start
    return None


def _short(flat: bytes, lower: bytes) -> Iterator[int]:
    for pattern, text in (*((sign, flat) for sign in _SIGNS), (_SLACK, lower), (_AWS, lower)):
        yield from (match.start() for match in islice(pattern.finditer(text), _MOST_CANDIDATES))


def _is_assigned(lower: bytes, start: int, end: int) -> bool:
    """Whether the run is long enough for the detectors that go by the name of what it is assigned to, and has such a name."""
    return end - start >= _LEAST_ASSIGNED and bool(_ASSIGNED.search(lower, max(start - _ASSIGNED_REACH, 0), start))


def _words(lower: bytes) -> Iterator[int]:
    if not any(word.search(lower) for word in _WORDS):
        return
    yield from (at for at in _all(lower, b"key") if _BEFORE_KEY.search(lower, max(at - 10, 0), at))
    for at in _all(lower, b"pass"):
        if lower.startswith(_PASSWORDS, at) or _BEFORE_PASS.search(lower, max(at - 10, 0), at):
            yield at
    for word in (b"pwd", b"secret", b"contrase"):
        yield from _all(lower, word)


def _quoted(flat: bytes) -> Iterator[tuple[int, int]]:
    """Where what could be random characters between quotes starts and ends."""
    if not any(begin in flat.translate(marks) for marks, begin in _QUOTED_MARKS):
        return
    for match in _QUOTED.finditer(flat):
        start, end = match.start() + 1, match.end() - 1
        if end - start >= _LEAST_BASE64 or _HEX.fullmatch(flat, start, end):
            yield start, end


def _all(text: bytes, sign: bytes) -> Iterator[int]:
    at = text.find(sign)
    while at >= 0:
        yield at
        at = text.find(sign, at + 1)
