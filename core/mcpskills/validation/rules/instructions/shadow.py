"""A file's text without what hides words from a pattern: all rules about instructions read this one.

Gone are invisible characters, styled and lookalike letters, HTML and escape codes, upper case, and what a shell passes over:
continued lines, `${IFS}`, quotes and backslashes inside the names of commands. Another disguise is a row of `_LETTERS` or
`_COMMANDS`.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from string import hexdigits

from mcpskills.validation.file import File
from mcpskills.validation.rules.encoding.characters import foreign
from mcpskills.validation.rules.encoding.homoglyphs import HOMOGLYPHS, as_ascii
from mcpskills.validation.rules.instructions.layer import Layer

# Commands and names that a disguise is worth.
_NAMES = ("curl", "wget", "bash", "base64", "python", "powershell", "eval", "authorized_keys")
_JUNK = b"'\"\\$@*^`"
_DISGUISED = tuple(
    (name, re.compile(f"[{re.escape(_JUNK.decode())}]{{0,4}}".join(map(re.escape, name)))) for name in _NAMES
)

_INVISIBLE = (
    "\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0100-\U000e01ef"
)
_TAGS = "\U000e0000-\U000e007f"
_STYLED = (
    "\u00a0\u00aa\u00b2\u00b3\u00b9\u00ba\u0130\u017f\u2000-\u200a\u2024-\u2029\u202f\u205f\u2070-\u209c"
    "\u2100-\u214f\u2160-\u217f\u2460-\u24ff\u3000\u3002\uff61\ufe50-\ufe6f\uff01-\uff5e\U0001d400-\U0001d7ff\U0001f100-\U0001f1ff"
)
_ODD = re.compile(f"[{_INVISIBLE}{_TAGS}{_STYLED}]")
_HIDDEN = re.compile(f"[{_INVISIBLE}]")
_FOREIGN_LETTERS = "".join(HOMOGLYPHS)
_LOOKALIKE = re.compile(f"[{_FOREIGN_LETTERS}]")
_IN_ASCII_WORD = re.compile(rf"[{_FOREIGN_LETTERS}](?:(?=[A-Za-z0-9])|(?<=[A-Za-z0-9].))")
_MIXED_WORD = re.compile(
    rf"(?<![A-Za-z0-9{_FOREIGN_LETTERS}])[A-Za-z0-9]*+[{_FOREIGN_LETTERS}]++[A-Za-z0-9{_FOREIGN_LETTERS}]*+"
)
_ENTITY = re.compile(r"&(?:amp;){0,2}(?:#[0-9]{2,7}|#[xX][0-9a-fA-F]{2,6}|[A-Za-z]{2,12});")
_ESCAPE = re.compile(r"\\(?:x|u00|u\{)([2-7][0-9a-fA-F])\}?")
_CONTINUED = re.compile(r"[\\^]\r?\n")
_CONTINUED_POWERSHELL = re.compile(r" `\r?\n")
_FIELD_SEPARATOR = re.compile(r"\$(?:\{ifs[^}\n]{0,10}\}|ifs\b)(?:\$[0-9])?")


_ONLY_WORDS = bytes(code if chr(code).isalnum() and code < 128 else 32 for code in range(256))  # noqa: PLR2004 ASCII
_CHUNK = 65536
MOST_LOOKED_AT = 500_000
ALL = 1 << 62
"""For `near`: however much there is."""

Change = Callable[[str], Iterator[Layer]]
"""Takes away one disguise; yields nothing when a cheap look says that it does not occur."""


@dataclass(frozen=True, eq=False)
class Shadow:
    """`text` is in lower case. Its places are not those of the file; `origin` leads back."""

    file: File
    text: str
    layers: tuple[Layer, ...]

    def has(self, *words: str) -> bool:
        """Whether any of these whole words of ASCII letters and digits stands in the text: the cheap question to ask first."""
        return not self._words.isdisjoint(words)

    def has_all(self, words: frozenset[str]) -> bool:
        """Whether every one of these whole words stands in the text."""
        return words <= self._words

    def present(self, anchors: Mapping[str, str]) -> tuple[str, ...]:
        """The anchors, for `near`, whose word, by which they are listed, stands in the text."""
        return tuple(dict.fromkeys(anchor for word, anchor in anchors.items() if word in self._words))

    def near(
        self, pattern: re.Pattern[str], *anchors: str, reach: int = 300, most: int = MOST_LOOKED_AT
    ) -> Iterator[re.Match[str]]:
        """The pattern's matches that start at most `reach` before an anchor and end at most so far behind one.

        Anchors are rare literals, one of which every match contains or stands by: most of the text is never looked at, and
        of a text that is full of them the first `most` characters.
        """
        looked_at = 0
        for start, end in self._around(anchors, reach):
            if looked_at > most:
                return
            looked_at += end - start
            yield from pattern.finditer(self.text, start, min(end, start + most))

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The span of the file's text from which a span of `text` came."""
        for layer in reversed(self.layers):
            start, end = layer.origin(start, end)
        return start, end

    def written(self, start: int, end: int) -> str:
        """What stands in the file at a span of `text`."""
        start, end = self.origin(start, end)
        return (self.file.text or "")[start:end]

    @cached_property
    def _words(self) -> frozenset[str]:
        spaced = self.text.encode("utf-8", "surrogatepass").translate(_ONLY_WORDS)
        words: set[str] = set()
        start = 0
        while start < len(spaced):
            end = spaced.find(b" ", start + _CHUNK)
            end = len(spaced) if end < 0 else end
            words.update(spaced[start:end].decode("ascii").split())
            start = end
        return frozenset(words)

    def _around(self, anchors: tuple[str, ...], reach: int) -> list[tuple[int, int]]:
        """Stretches of the text around the anchors, in order and apart."""
        found = sorted(at for anchor in anchors for at in self._places(anchor, reach))
        stretches: list[tuple[int, int]] = []
        for at in found:
            start, end = max(0, at - reach), at + 2 * reach
            if stretches and start <= stretches[-1][1]:
                stretches[-1] = (stretches[-1][0], end)
            else:
                stretches.append((start, end))
        return stretches

    def _places(self, anchor: str, reach: int) -> Iterator[int]:
        """Where the anchor stands; of those that stand closer than `reach` to one another only some."""
        at = self.text.find(anchor)
        while at >= 0:
            yield at
            at = self.text.find(anchor, at + reach)


# All rules see one file before any sees the next.
@lru_cache(maxsize=1)
def shadow_of(file: File) -> Shadow:
    """The shadow of a file; empty for one that is no text."""
    letters = _through(_LETTERS, file.text or "")
    # Lower case moves nothing: the one letter for which it is longer, I with a dot, is among the styled ones.
    commands = _through(_COMMANDS, letters[0].lower())
    return Shadow(file, commands[0], (*letters[1], *commands[1]))


def _through(changes: tuple[Change, ...], text: str) -> tuple[str, list[Layer]]:
    """The text after all changes, and those that changed something."""
    layers: list[Layer] = []
    for change in changes:
        for layer in change(text):
            if layer.text != layer.source:
                layers.append(layer)
                text = layer.text
    return text, layers


def _styled(text: str) -> Iterator[Layer]:
    chars = set(_ODD.findall(foreign(text)))
    bare = text
    for char in chars:
        bare = bare.replace(char, _plain(char))
    yield Layer(text, bare, _ODD, _plain)


def _lookalikes(text: str) -> Iterator[Layer]:
    if _LOOKALIKE.search(foreign(text)) and _IN_ASCII_WORD.search(text):
        yield _replaced(text, _MIXED_WORD, _one_script)


def _codes(text: str) -> Iterator[Layer]:
    if "&" in text and _ENTITY.search(text):
        yield _replaced(text, _ENTITY, _entity)


def _escapes(text: str) -> Iterator[Layer]:
    if "\\x" in text or "\\u" in text:
        yield _replaced(text, _ESCAPE, _escaped)


def _continued(text: str) -> Iterator[Layer]:
    # A carriage return is rare, and looking for one character is cheap.
    ends = ("\n", "\r") if "\r" in text else ("\n",)
    if any(sign + end in text for end in ends for sign in ("\\", "^")):
        yield _exchanged(text, _CONTINUED, "")
    if any(" `" + end in text for end in ends):
        yield _exchanged(text, _CONTINUED_POWERSHELL, " ")


def _separators(text: str) -> Iterator[Layer]:
    if "$ifs" in text or "${ifs" in text:
        yield _exchanged(text, _FIELD_SEPARATOR, " ")


def _disguised_names(text: str) -> Iterator[Layer]:
    """A name that stands more often where quotes are taken away is disguised somewhere."""
    whole = text.encode("utf-8", "surrogatepass")
    bare = whole.translate(None, _JUNK)
    for name, pattern in _DISGUISED:
        word = name.encode()
        if word in bare and bare.count(word) > whole.count(word):
            layer = _exchanged(text, pattern, name)
            text = layer.text
            yield layer


def _exchanged(text: str, pattern: re.Pattern[str], by: str) -> Layer:
    return Layer(text, pattern.sub(by, text), pattern, lambda _: by)


def _replaced(text: str, pattern: re.Pattern[str], replace: Callable[[str], str]) -> Layer:
    return Layer(text, pattern.sub(lambda match: replace(match[0]), text), pattern, replace)


@cache
def _plain(char: str) -> str:
    """What a reader, or a model, takes a character for."""
    if _HIDDEN.match(char):
        return ""
    tag = ord(char) - 0xE0000
    if tag >= 0:
        return chr(tag) if chr(tag).isprintable() else ""
    return {"\u0130": "I", "\u3002": ".", "\uff61": ".", "\u2028": " ", "\u2029": " "}.get(
        char
    ) or unicodedata.normalize("NFKC", char)


def _one_script(word: str) -> str:
    return as_ascii(word) if any(char.isascii() and char.isalpha() for char in word) else word


@lru_cache
def _entity(written: str) -> str:
    chars = html.unescape(written if written == "&amp;" else written.replace("amp;", ""))
    plain = "".join(map(_plain, chars)) if _ODD.search(chars) else chars
    return plain if plain.isprintable() else " "


@lru_cache
def _escaped(written: str) -> str:
    return chr(int("".join(char for char in written[2:] if char in hexdigits)[-2:], 16))


_LETTERS: tuple[Change, ...] = (_styled, _lookalikes, _codes, _escapes)
_COMMANDS: tuple[Change, ...] = (_continued, _separators, _disguised_names)
