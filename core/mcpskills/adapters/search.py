"""Full-text search over skills: BM25 over name, description, tags and body with English stemming, by tantivy.

`search_skills` answers from it, and evals are tried on it, so that they see what clients see.
"""

import re
import shutil
import tempfile
import weakref
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import tantivy

from mcpskills.errors import CorruptedError, UnavailableError
from mcpskills.skill import Skill
from mcpskills.snapshot import Snapshot, difference

BOOSTS = {"name": 4.0, "tags": 3.0, "description": 2.0, "body": 1.0}
"""Fields that a query looks in, with what a hit there weighs."""

FORMAT = f"1, tantivy {metadata.version('tantivy')}"
"""What must be equal for the files of an index to be read; another `_schema` takes another number."""

_FILE = re.compile(r"[0-9a-f]{32}(\.[0-9]{1,9})?\.[a-z]{1,20}|meta\.json|\.managed\.json")
_WRITER_BYTES = 15_000_000  # tantivy's least
_MAX_QUERY_WORDS = 64
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Hit:
    name: str
    score: float


class SearchIndex:
    """An index of some skills. `changed` makes the next one from it; both answer until the older one is dropped.

    On disk it takes hardly any memory; its folder goes away with the last index in it.
    """

    def __init__(self, index: tantivy.Index, folder: "_Folder | None" = None) -> None:
        self._index = index
        self._folder = folder
        self._searcher = index.searcher()

    @classmethod
    def of(cls, skills: Iterable[Skill]) -> "SearchIndex":
        """Index skills from scratch. Takes time: call it in a thread."""
        index = tantivy.Index(_schema())
        _write(index, skills, ())
        return cls(index)

    @classmethod
    def on_disk(cls, skills: Iterable[Skill]) -> "SearchIndex":
        """The same in a temporary folder. Raises `UnavailableError`."""
        folder = _Folder()
        index = tantivy.Index(_schema(), path=str(folder.path))
        _write(index, skills, ())
        return cls(index, folder)

    @classmethod
    def unpack(cls, files: Mapping[str, bytes]) -> "SearchIndex":
        """An index on disk of the files of another one, made under the same `FORMAT`.

        Takes no time to speak of. Raises `CorruptedError`, `UnavailableError`.
        """
        odd = [name for name in files if not _FILE.fullmatch(name)]
        if odd:
            raise CorruptedError(f"An index of the search has no file {odd[0][:80]!r}.")
        folder = _Folder()
        try:
            for name, content in files.items():
                (folder.path / name).write_bytes(content)
            return cls(tantivy.Index.open(str(folder.path)), folder)
        except OSError as error:
            raise UnavailableError(f"An index of the search cannot be written: {error.strerror}.") from error
        except ValueError as error:
            raise CorruptedError(f"An index of the search cannot be read: {error}.") from error

    def pack(self) -> dict[str, bytes]:
        """The files of an index on disk."""
        if self._folder is None:
            raise AssertionError("only an index on disk has files")
        return {path.name: path.read_bytes() for path in self._folder.path.iterdir() if _FILE.fullmatch(path.name)}

    def following(self, old: Snapshot, new: Snapshot) -> "SearchIndex":
        """The next index, over a snapshot that follows the one that this index is over."""
        changes = difference(old, new)
        if not changes:
            return self
        return self.changed([new.skills[name].skill for name in changes.added | changes.updated], changes.removed)

    def changed(self, written: Collection[Skill], removed: Iterable[str] = ()) -> "SearchIndex":
        """The next index: with these skills, which take the place of those of the same name, and without the removed ones."""
        _write(self._index, written, [*(skill.name for skill in written), *removed])
        return SearchIndex(self._index, self._folder)

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


class _Folder:
    """A temporary folder for as long as an index is in it."""

    def __init__(self) -> None:
        try:
            self.path = Path(tempfile.mkdtemp(prefix="mcpskills-search-"))
        except OSError as error:
            raise UnavailableError(f"There is no place for an index of the search: {error.strerror}.") from error
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


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
