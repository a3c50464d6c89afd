"""What a word of a query may have been meant to be: a word that it begins, or one that a slip made it of."""

from mcpskills.adapters.search.schema import VOCABULARY
from mcpskills.adapters.search.within import Within

_MOST = 3
"""Guesses at one word."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SLIPPED = range(5, 19)
"""Letters of a word in which a slip is looked for; in shorter ones nearly every other word is one slip away."""

_LEAST_BEGUN = 3


def begun(within: Within, word: str) -> list[str]:
    """The commonest words that it begins: somebody may still be typing it."""
    if word.isascii() and len(word) < _LEAST_BEGUN:
        return []
    found = within.beginning(VOCABULARY, word, _MOST + 1)
    return [longer for longer in found if longer != word][:_MOST]


def slipped(within: Within, word: str) -> list[str]:
    """The commonest words that differ by a letter too many, too few or another, or by two swapped."""
    if len(word) not in _SLIPPED or not word.isascii():
        return []
    skills = {near: count for near in _near(word) if (count := within.frequency(VOCABULARY, near))}
    return sorted(skills, key=lambda near: (-skills[near], near))[:_MOST]


def _near(word: str) -> set[str]:
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    lost = {head + tail[1:] for head, tail in halves if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in halves if len(tail) > 1}
    other = {head + letter + tail[1:] for head, tail in halves if tail for letter in _LETTERS}
    more = {head + letter + tail for head, tail in halves for letter in _LETTERS}
    return (lost | swapped | other | more) - {word}
