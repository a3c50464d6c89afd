"""What a text is cut into: words in lower case without accents, and of Chinese, Japanese and Korean every two signs in a row.

These languages are written without spaces between words, or bend the ends of them; two signs in a row find most of their words
without a dictionary.
"""

import re
import unicodedata
from typing import Final

import tantivy

_LONGEST = 40
"""Bytes of a word; what is longer is a key or a checksum, and is left out."""

_SIGNS = re.compile(
    "[\u3005\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+"
)

UNSAID: Final = frozenset(
    re.findall(
        r"\w+",
        """a about also am an and any are as at be been being but by can could did do does for from had has have he her him how i
        if in into is it its just me may might my no not of on or our please shall she should so some such than that the their
        then there these they this to too us very was we were what when where which who whom whose why will with would you
        your""",
    )
)
"""English words that say nothing about a skill. They are indexed, but asked for only when a query has no others.

Leaving them out changes hardly any ranking, because they are everywhere; it keeps sentences as quick as keywords.
"""


def spaced(text: str) -> str:
    """The text with spaces around overlapping pairs of signs, so that each pair is cut out as a word."""
    if text.isascii():
        return text
    return _SIGNS.sub(lambda found: f" {_pairs(found[0])} ", unicodedata.normalize("NFKC", text))


def plain() -> tantivy.TextAnalyzer:
    """Cuts a text that is `spaced` into words as they are written."""
    return _cut().build()


def stems() -> tantivy.TextAnalyzer:
    """The same words without their English endings; those of other languages stay as they are."""
    return _cut().filter(tantivy.Filter.stemmer("english")).build()


def _pairs(signs: str) -> str:
    return " ".join(signs[at : at + 2] for at in range(len(signs) - 1)) if len(signs) > 1 else signs


def _cut() -> tantivy.TextAnalyzerBuilder:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(_LONGEST))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )
