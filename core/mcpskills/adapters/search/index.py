"""The index of some skills: made, changed, packed and searched."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import tantivy

from mcpskills.adapters.search import question
from mcpskills.adapters.search.reasons import Reason, reasons
from mcpskills.adapters.search.schema import NAME, TAG, document, prepared, schema
from mcpskills.adapters.search.temporary import TemporaryFolder
from mcpskills.adapters.search.within import Within, named, shut_to
from mcpskills.errors import CorruptedError, InvalidInputError, UnavailableError
from mcpskills.skill import NAME as SKILL_NAME
from mcpskills.skill import Skill
from mcpskills.snapshot import Snapshot, difference

MAX_HITS = 1_000
"""Hits that can be paged through; whoever needs more of them needs a better query."""

_FILE = re.compile(r"[0-9a-f]{32}(\.[0-9]{1,9})?\.[a-z]{1,20}|meta\.json|\.managed\.json")
Restricted = Mapping[str, Collection[str]]
"""By the name of a skill, the groups that see it; everybody sees the others."""

_WRITER_BYTES = 15_000_000  # tantivy's least
_MOST_EQUAL = 2_000
"""Hits of one score that are put in the order of their names."""


@dataclass(frozen=True, slots=True)
class Hit:
    name: str
    score: float


class SearchIndex:
    """An index of some skills. `changed` makes the next one from it; both answer until the older one is dropped.

    On disk it takes hardly any memory; its folder goes away with the last index in it.
    """

    def __init__(
        self, index: tantivy.Index, folder: TemporaryFolder | None = None, within: Within | None = None
    ) -> None:
        self._index = index
        self._folder = folder
        self._within = within or Within(index.schema, index.searcher())

    @classmethod
    def of(cls, skills: Iterable[Skill]) -> "SearchIndex":
        """Index skills from scratch; everybody sees them. Takes time: call it in a thread."""
        return cls._made(skills, {})

    @classmethod
    def on_disk(cls, skills: Iterable[Skill], restricted: Restricted = MappingProxyType({})) -> "SearchIndex":
        """The same in a temporary folder, some of them restricted. Raises `UnavailableError`."""
        return cls._made(skills, restricted, TemporaryFolder())

    @classmethod
    def over(cls, snapshot: Snapshot, *, on_disk: bool = False) -> "SearchIndex":
        """Index what is served, and who sees it. Takes time. Raises `CorruptedError`, and on disk `UnavailableError`."""
        served = (each.skill for each in snapshot.skills.values())
        return cls._made(served, snapshot.restricted, TemporaryFolder() if on_disk else None)

    @classmethod
    def unpack(cls, files: Mapping[str, bytes]) -> "SearchIndex":
        """An index on disk of the files of another one, made under the same `FORMAT`.

        Takes no time to speak of. Raises `CorruptedError`, `UnavailableError`.
        """
        odd = [name for name in files if not _FILE.fullmatch(name)]
        if odd:
            raise CorruptedError(f"An index of the search has no file {odd[0][:80]!r}.")
        folder = TemporaryFolder()
        try:
            for name, content in files.items():
                (folder.path / name).write_bytes(content)
            return cls(prepared(tantivy.Index.open(str(folder.path))), folder)
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
        written = [new.skills[name].skill for name in changes.added | changes.updated | changes.turned]
        return self._next(written, changes.removed, new.restricted)

    def changed(self, written: Collection[Skill], removed: Iterable[str] = ()) -> "SearchIndex":
        """The next index: with these skills, which take the place of those of the same name, and without the removed ones.

        Everybody sees those that are written.
        """
        return self._next(written, removed, {})

    def seen_by(self, groups: Iterable[str]) -> "SearchIndex":
        """The same index over what who is in these groups sees of the snapshot; else as `without`."""
        within = Within(self._within.schema, self._within.searcher, shut_to(self._index.schema, groups))
        return SearchIndex(self._index, self._folder, within)

    def without(self, names: Iterable[str]) -> "SearchIndex":
        """The same index, which answers as if there were no skills of these names; only scores tell of them, see `within`.

        Every search reads the names anew; `seen_by` takes no names.
        """
        within = Within(self._within.schema, self._within.searcher, named(self._index.schema, names))
        return SearchIndex(self._index, self._folder, within)

    def search(self, query: str, *, limit: int, offset: int = 0, tags: Iterable[str] = ()) -> list[Hit]:
        """The best hits first, from `offset`, equally good ones by name; without a word in the query, none.

        Words of the query are alternatives; every tag must be there. A skill that is called what the query says comes first.
        """
        asked = question.read(self._within, query)
        if not asked.words:
            return []
        put = question.put(self._index.schema, asked, [tag.lower() for tag in tags])
        hits = [Hit(self._name(address), score) for score, address in self._best(put, offset + limit)]
        return sorted(hits, key=lambda hit: (-hit.score, hit.name))[offset : offset + limit]

    def tagged(self, tags: Iterable[str], *, limit: int, after: str | None = None) -> list[str]:
        """The names after `after`, in their order, of the skills that carry every tag. Raises `InvalidInputError`."""
        put = question.put(self._index.schema, question.Question((), ""), [tag.lower() for tag in tags])
        if after is not None:
            put = tantivy.Query.boolean_query([(tantivy.Occur.Must, put), (tantivy.Occur.Must, self._after(after))])
        found = self._within.searcher.search(
            self._within.seen(put), limit=limit, order_by_field=NAME, order=tantivy.Order.Asc, count=False
        )
        return [str(name) for name, _ in found.hits]

    def tags(self, beginning: str, most: int) -> list[str]:
        """The commonest tags that begin so."""
        return self._within.beginning(TAG, beginning, most)

    def reasons(self, query: str) -> Callable[[str], Sequence[Reason]]:
        """By the name of a skill, what its score is made of, the weightiest first."""
        return partial(reasons, self._within, question.read(self._within, query))

    def names(self, query: str, limit: int) -> list[str]:
        """The names of the best hits, the best first; see `evals.judge.Search`."""
        return [hit.name for hit in self.search(query, limit=limit)]

    @classmethod
    def _made(
        cls, skills: Iterable[Skill], restricted: Restricted, folder: TemporaryFolder | None = None
    ) -> "SearchIndex":
        index = prepared(tantivy.Index(schema(), path=str(folder.path) if folder else None))
        _write(index, (document(skill, restricted.get(skill.name)) for skill in skills), ())
        return cls(index, folder)

    def _next(self, written: Collection[Skill], removed: Iterable[str], restricted: Restricted) -> "SearchIndex":
        documents = [document(skill, restricted.get(skill.name)) for skill in written]
        _write(self._index, documents, [*(skill.name for skill in written), *removed])
        return SearchIndex(self._index, self._folder)

    def _best(self, put: tantivy.Query, wanted: int) -> list[tuple[float, tantivy.DocAddress]]:
        """So many of the best, and those that are as good as the last one."""
        most, seen = wanted + 1, self._within.seen(put)
        while True:
            hits: list[tuple[float, tantivy.DocAddress]] = self._within.searcher.search(
                seen, limit=most, count=False
            ).hits
            if len(hits) < most or most > wanted + _MOST_EQUAL or hits[-1][0] < hits[wanted - 1][0]:
                return hits
            most *= 4

    def _after(self, name: str) -> tantivy.Query:
        """Later names. The binding has ranges of text in written queries only, so nothing but a name may be put in."""
        if not SKILL_NAME.fullmatch(name):
            raise InvalidInputError(f"No skill can be called {name[:80]!r}; start again without a cursor.")
        return self._index.parse_query(f"{NAME}:{{{name} TO *}}")

    def _name(self, address: tantivy.DocAddress) -> str:
        return str(self._within.searcher.doc(address)["id"][0])


def _write(index: tantivy.Index, added: Iterable[tantivy.Document], removed: Iterable[str]) -> None:
    writer = index.writer(_WRITER_BYTES, 1)
    for name in removed:
        writer.delete_documents_by_term(NAME, name)
    for each in added:
        writer.add_document(each)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
