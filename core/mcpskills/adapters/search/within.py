"""The part of an index that somebody may see: what is found, and what words there are, is so without the rest.

How common a word is counts in scores all the same, because tantivy counts it over the whole index.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import tantivy

from mcpskills.adapters.search.schema import GROUP, NAME, RESTRICTED


@dataclass(frozen=True, slots=True)
class Within:
    """`searcher` without the documents that `hidden` finds, if there are any."""

    schema: tantivy.Schema
    searcher: tantivy.Searcher
    hidden: tantivy.Query | None = None

    def seen(self, query: tantivy.Query) -> tantivy.Query:
        """The query, which finds nothing that is hidden; scores stay."""
        if self.hidden is None:
            return query
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.MustNot, self.hidden)])

    def frequency(self, field: str, word: str) -> int:
        """In how many documents a word is; where nothing is hidden, those that were deleted lately may count as well."""
        everywhere: int = self.searcher.doc_freq(field, word)
        if self.hidden is None or not everywhere:
            return everywhere
        query = tantivy.Query.term_query(self.schema, field, word, index_option="basic")
        # Its type leaves out the count.
        found: Any = self.searcher.search(self.seen(query), limit=1, count=True)
        return int(found.count)

    def beginning(self, field: str, start: str, most: int) -> list[str]:
        """The commonest words of a field that begin so."""
        if self.hidden is None:
            return [word for word, _ in self.searcher.terms_with_prefix(field, start, limit=most)]
        there = self.seen(tantivy.Query.all_query())
        return [word for word, _ in self.searcher.terms_with_prefix(field, start, there, limit=most)]


def shut_to(schema: tantivy.Schema, groups: Iterable[str]) -> tantivy.Query:
    """The skills that nobody sees who is in these groups only, by what is indexed of each: it takes no list of them."""
    restricted = tantivy.Query.term_query(schema, RESTRICTED, field_value=True, index_option="basic")
    theirs = [tantivy.Query.term_query(schema, GROUP, group, index_option="basic") for group in groups]
    return tantivy.Query.boolean_query(
        [(tantivy.Occur.Must, restricted), *((tantivy.Occur.MustNot, each) for each in theirs)]
    )


def named(schema: tantivy.Schema, names: Iterable[str]) -> tantivy.Query:
    """The skills of these names."""
    return tantivy.Query.term_set_query(schema, NAME, list(names))
