"""What a word of a query may have been meant to be: a word that it begins, or one that a slip made it of."""

import tantivy

from mcpskills.adapters.search.schema import VOCABULARY

_MOST = 3
"""Guesses at one word."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SLIPPED = range(5, 19)
"""Letters of a word in which a slip is looked for; in shorter ones nearly every other word is one slip away."""

_LEAST_BEGUN = 3


def begun(searcher: tantivy.Searcher, word: str) -> list[str]:
    """The commonest words that it begins: somebody may still be typing it."""
    if word.isascii() and len(word) < _LEAST_BEGUN:
        return []
    found = searcher.terms_with_prefix(VOCABULARY, word, limit=_MOST + 1)
    return [longer for longer, _ in found if longer != word][:_MOST]


def slipped(searcher: tantivy.Searcher, word: str) -> list[str]:
    """The commonest words that differ by a letter too many, too few or another, or by two swapped."""
    if len(word) not in _SLIPPED or not word.isascii():
        return []
    skills = {near: count for near in _near(word) if (count := searcher.doc_freq(VOCABULARY, near))}
    return sorted(skills, key=lambda near: (-skills[near], near))[:_MOST]


def _near(word: str) -> set[str]:
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    lost = {head + tail[1:] for head, tail in halves if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in halves if len(tail) > 1}
    other = {head + letter + tail[1:] for head, tail in halves if tail for letter in _LETTERS}
    more = {head + letter + tail for head, tail in halves for letter in _LETTERS}
    return (lost | swapped | other | more) - {word}
