"""Full-text search over skills: BM25 over name, description, tags and body with English stemming, by tantivy.

`search_skills` answers from it, and evals are tried on it, so that they see what clients see.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import tantivy

from mcpskills.skill import Skill

BOOSTS = {"name": 4.0, "tags": 3.0, "description": 2.0, "body": 1.0}
"""Fields that a query looks in, with what a hit there weighs."""

_WRITER_BYTES = 15_000_000  # tantivy's least
_MAX_QUERY_WORDS = 64
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Hit:
    name: str
    score: float


class SearchIndex:
    """An index of some skills. `changed` makes the next one from it; both answer until the older one is dropped."""

    def __init__(self, index: tantivy.Index) -> None:
        self._index = index
        self._searcher = index.searcher()

    @classmethod
    def of(cls, skills: Iterable[Skill]) -> "SearchIndex":
        """Index skills from scratch. Takes time: call it in a thread."""
        index = tantivy.Index(_schema())
        _write(index, skills, ())
        return cls(index)

    def changed(self, written: Collection[Skill], removed: Iterable[str] = ()) -> "SearchIndex":
        """The next index: with these skills, which take the place of those of the same name, and without the removed ones."""
        _write(self._index, written, [*(skill.name for skill in written), *removed])
        return SearchIndex(self._index)

    def search(self, query: str, *, limit: int, offset: int = 0, tags: Iterable[str] = ()) -> list[Hit]:
        """The best hits first, from `offset`. Words of the query are alternatives; every tag must be there."""
        parsed = self._query(query, [tag.lower() for tag in tags])
        result = self._searcher.search(parsed, limit=limit, offset=offset, count=False)
        return [Hit(str(self._searcher.doc(address)["id"][0]), float(score)) for score, address in result.hits]

    def names(self, query: str, limit: int) -> list[str]:
        """The names of the best hits, the best first; see `evals.judge.Search`."""
        return [hit.name for hit in self.search(query, limit=limit)]

    def _query(self, query: str, tags: list[str]) -> tantivy.Query:
        # Words only, in lower case: a query is text, not tantivy's query language.
        words = " ".join(_WORD.findall(query.lower())[:_MAX_QUERY_WORDS])
        text = tantivy.Query.all_query()
        if words:
            text, _ = self._index.parse_query_lenient(words, list(BOOSTS), field_boosts=BOOSTS)
        schema = self._index.schema
        required = [(tantivy.Occur.Must, tantivy.Query.term_query(schema, "tag", tag)) for tag in tags]
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, text), *required]) if required else text


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("tag", tokenizer_name="raw")
    for name in BOOSTS:
        builder.add_text_field(name, tokenizer_name="en_stem")
    return builder.build()


def _write(index: tantivy.Index, added: Iterable[Skill], removed: Iterable[str]) -> None:
    writer = index.writer(_WRITER_BYTES, 1)
    for name in removed:
        writer.delete_documents_by_term("id", name)
    for skill in added:
        writer.add_document(_document(skill))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()


def _document(skill: Skill) -> tantivy.Document:
    document = tantivy.Document()
    document.add_text("id", skill.name)
    for tag in skill.tags:
        document.add_text("tag", tag.lower())
    document.add_text("name", skill.name)
    document.add_text("tags", " ".join(skill.tags))
    document.add_text("description", skill.description)
    document.add_text("body", skill.body)
    return document
