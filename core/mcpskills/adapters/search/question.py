"""A query of a person or a model, read word by word, and as it is put to tantivy."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import tantivy

from mcpskills.adapters.search import guesses, words
from mcpskills.adapters.search.schema import FIELDS, NAME, TAG
from mcpskills.adapters.search.within import Within
from mcpskills.query import MAX_QUERY

ELSEWHERE: Final = 0.2
"""What a word counts in the other places of a skill besides the best one, so that repeating it everywhere helps little."""

SAME_NAME: Final = 1_000.0
"""The score for being called what the query says: above every sum of words."""

_MAX_WORDS = 24
_MAX_SLIPS = 4
"""Unknown words of one query in which slips are looked for: each takes some hundred looks into the vocabulary."""

_UNFINISHED, _LONGER, _SLIP = 0.7, 0.3, 0.5
_PLAIN, _STEMS = words.plain(), words.stems()
_NAME_PARTS = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Meaning:
    """A stem to look for and what a hit counts; `guess` is the word that was not asked for as such."""

    stem: str
    weight: float
    guess: str | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the query, and what it may mean."""

    text: str
    meanings: tuple[Meaning, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """`name` is what a skill would be called that is exactly what was asked for."""

    words: tuple[Word, ...]
    name: str


def read(within: Within, query: str) -> Question:
    """A query is text and never syntax; its words are alternatives."""
    # What no text can hold, such as half of a sign, is no word.
    text = query[:MAX_QUERY].lower().encode(errors="replace").decode()
    written = list(dict.fromkeys(_PLAIN.analyze(words.spaced(text))))
    kept = [word for word in written if word not in words.UNSAID] or written
    asked: dict[str, Word] = {}
    slips = _MAX_SLIPS
    for word in kept[:_MAX_WORDS]:
        stem = _stem(word)
        known = any(within.frequency(field, stem) for field in ("name", "tags", "description"))
        meanings = {stem: Meaning(stem, 1.0)}
        if word == written[-1]:
            weight = _LONGER if known else _UNFINISHED
            _add(meanings, guesses.begun(within, word), weight)
        if not known and slips:
            slips -= 1
            _add(meanings, guesses.slipped(within, word), _SLIP)
        asked.setdefault(stem, Word(word, tuple(meanings.values())))
    return Question(tuple(asked.values()), "-".join(_NAME_PARTS.findall(text)))


def put(schema: tantivy.Schema, question: Question, tags: Iterable[str]) -> tantivy.Query:
    """Every tag must be there; without words, every skill will do."""
    asked = [(tantivy.Occur.Should, _any_of(schema, word)) for word in question.words]
    if asked and question.name:
        same = tantivy.Query.const_score_query(same_name(schema, question.name), SAME_NAME)
        asked.append((tantivy.Occur.Should, same))
    text = tantivy.Query.boolean_query(asked) if asked else tantivy.Query.all_query()
    required = [(tantivy.Occur.Must, _term(schema, TAG, tag)) for tag in tags]
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, text), *required]) if required else text


def places(schema: tantivy.Schema, word: Word) -> Iterator[tuple[Meaning, str, tantivy.Query]]:
    """Each meaning in each field: the query that scores it. The best counts whole, the others as `ELSEWHERE`."""
    for meaning in word.meanings:
        for field, weight in FIELDS.items():
            term = tantivy.Query.term_query(schema, field, meaning.stem, index_option="freq")
            yield meaning, field, tantivy.Query.boost_query(term, weight * meaning.weight)


def same_name(schema: tantivy.Schema, name: str) -> tantivy.Query:
    return _term(schema, NAME, name)


def _any_of(schema: tantivy.Schema, word: Word) -> tantivy.Query:
    return tantivy.Query.disjunction_max_query([query for *_, query in places(schema, word)], ELSEWHERE)


def _term(schema: tantivy.Schema, field: str, value: str) -> tantivy.Query:
    return tantivy.Query.term_query(schema, field, value, index_option="basic")


def _stem(word: str) -> str:
    return next(iter(_STEMS.analyze(word)), word)


def _add(meanings: dict[str, Meaning], guessed: Iterable[str], weight: float) -> None:
    for word in guessed:
        stem = _stem(word)
        meanings.setdefault(stem, Meaning(stem, weight, word))
