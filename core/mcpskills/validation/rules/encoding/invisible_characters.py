"""SK026: no characters that are invisible or turn the direction of text, except where a script or an emoji needs them."""

import re
import unicodedata
from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem, at_offset
from mcpskills.validation.rules.encoding.characters import foreign

_OVERRIDES = "\u202d\u202e"
_DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202c\u2066-\u2069"
_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"

# Hebrew, Arabic, Syriac, Thaana, N'Ko and their presentation forms are written from right to left.
_RIGHT_TO_LEFT = re.compile("[\u0590-\u0619\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# In these scripts joiners choose the shape of a letter: Arabic and its kin, those of India, Tibet and Southeast Asia, Mongolian.
_JOINING = "\u0600-\u08ff\u0900-\u109f\u1780-\u18af\u1b00-\u1bff\ua800-\uabff\ufb50-\ufdff\ufe70-\ufefc"
_EMOJI = "\u2190-\u2bff\u3030\u303d\U0001f000-\U0001faff"

_ANY = re.compile(rf"[{_OVERRIDES}{_DIRECTIONS}{_FILLERS}\u200c\u200d{_SELECTORS}]")
_INVISIBLE = re.compile(
    rf"(?P<filler>[{_OVERRIDES}{_FILLERS}][{_OVERRIDES}{_FILLERS}\u200c\u200d]{{0,50}}+)"
    rf"|(?<![{_JOINING}])\u200c"
    rf"|(?<![{_JOINING}{_EMOJI}\ufe0f])\u200d"
    rf"|(?<=[{_EMOJI}\ufe0f])\u200d(?![{_EMOJI}])"
    rf"|(?<=[A-Za-z\s])[{_SELECTORS}]"
)
_DIRECTION = re.compile(f"[{_DIRECTIONS}]")
_NEAR = 200
_SHOWN = 20
_FIX = "Remove it, for example by typing the line again; where it is the subject, write an escape such as `\\u200b`."


def check(file: File) -> Iterator[Problem]:
    text = file.text or ""
    if not _ANY.search(foreign(text)):
        return
    for start, end in _invisible(text):
        yield _problem(file, start, end)
    for at in _misplaced_directions(text):
        yield _problem(file, at, at + 1)


def _invisible(text: str) -> Iterator[tuple[int, int]]:
    """From one odd character to the next: selectors behind emoji are many, and most texts have nothing else."""
    done = 0
    for odd in _ANY.finditer(text):
        found = _INVISIBLE.match(text, odd.start()) if odd.start() >= done else None
        if found:
            done = found.end()
            yield found.span()


def _misplaced_directions(text: str) -> Iterator[int]:
    """Marks, embeddings and isolates that have no text from right to left near them."""
    match = _DIRECTION.search(text)
    while match:
        at = match.start()
        letter = _RIGHT_TO_LEFT.search(text, at, at + _NEAR) or _RIGHT_TO_LEFT.search(text, max(0, at - _NEAR), at)
        if letter is None:
            yield at
        match = _DIRECTION.search(text, max(at + 1, letter.start() + _NEAR) if letter else at + 1)


def _problem(file: File, start: int, end: int) -> Problem:
    written = (file.text or "")[start:end]
    name = unicodedata.name(written[0], "no name")
    what = "an invisible character" if len(written) == 1 else f"{len(written)} invisible characters, the first"
    effect = "; it shows text in another order than it is read" if written[0] in _OVERRIDES else ""
    shown = min(end + _SHOWN, (file.text or "").find("\n", end) % (len(file.text or "") + 1))
    return at_offset(file, start, shown, f"{what} U+{ord(written[0]):04X} ({name}){effect}", _FIX)


RULE = FileRule("SK026", "invisible-characters", Severity.WARNING, check)
