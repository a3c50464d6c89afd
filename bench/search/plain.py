"""The peer: BM25 as it comes out of the box, one field with all the text, words as they are written, nothing else."""

import re
from collections.abc import Iterable

import tantivy

from mcpskills.skill import Skill


class PlainBm25:
    def __init__(self, skills: Iterable[Skill]) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw")
        builder.add_text_field("text")
        self._index = tantivy.Index(builder.build())
        writer = self._index.writer(15_000_000, 1)
        for each in skills:
            text = "\n".join([each.name, *each.tags, each.description, each.body])
            writer.add_document(tantivy.Document(id=each.name, text=text))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def names(self, query: str, limit: int) -> list[str]:
        words = " ".join(re.findall(r"\w+", query.lower()))
        parsed, _ = self._index.parse_query_lenient(words, ["text"])
        searcher = self._index.searcher()
        return [str(searcher.doc(address)["id"][0]) for _, address in searcher.search(parsed, limit=limit).hits]
