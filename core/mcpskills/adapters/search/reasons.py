"""Why a skill is a hit: which word was found where, and what that counted."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import tantivy

from mcpskills.adapters.search.question import ELSEWHERE, SAME_NAME, Question, Word, places, same_name
from mcpskills.adapters.search.within import Within


@dataclass(frozen=True, slots=True)
class Reason:
    """`word` as it was asked for, `found` as it stands in the index, a stem. `guess` is the word it was taken for, if not itself.

    The scores of all reasons add up to the score of the hit. A skill that is called what the query says has no `field`.
    """

    word: str
    found: str
    field: str | None
    score: float
    guess: str | None = None


def reasons(within: Within, question: Question, name: str) -> list[Reason]:
    """All of them for the skill of this name, the weightiest first; none when there is no such skill."""
    found = within.searcher.search(within.seen(same_name(within.schema, name)), limit=1, count=False).hits
    if not found:
        return []
    address = found[0][1]
    given = [reason for word in question.words for reason in _of_word(within, word, address)]
    if question.words and question.name == name:
        given.append(Reason(name, name, None, SAME_NAME))
    return sorted(given, key=lambda reason: -reason.score)


def _of_word(within: Within, word: Word, address: tantivy.DocAddress) -> Iterator[Reason]:
    # To look whether a word is there at all is quick, and a score is not.
    scored = [
        (meaning, field, _score(within.searcher, query, address))
        for meaning, field, query in places(within.schema, word)
        if within.searcher.doc_freq(field, meaning.stem)
    ]
    best = max(scored, key=lambda each: each[2], default=None)
    for each in scored:
        meaning, field, score = each
        if score:
            counted = score if each is best else score * ELSEWHERE
            yield Reason(word.text, meaning.stem, field, counted, meaning.guess)


def _score(searcher: tantivy.Searcher, query: tantivy.Query, address: tantivy.DocAddress) -> float:
    try:
        return float(json.loads(query.explain(searcher, address).to_json())["value"])
    except ValueError:  # how tantivy says that the word is not there
        return 0.0
