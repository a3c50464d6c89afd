"""Skills that are all of one size, as the registry that our server starts from and in the forms that its peers read.

A corpus is made once for each number of skills and kept in `.cache/bench`, under a name that changes with whatever decides
how it is written. Catalog and checkpoint are written by the product's own adapters, but in one transaction. Packages are left
out: a server that starts from a checkpoint reads one only when it is asked for a file beside SKILL.md.

Run as a program, it makes one corpus and ends; so the memory that it takes is given back: `python corpus.py 1000`.
"""

import hashlib
import json
import random
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from builders import skill_folder, write_folder
from catalog_builders import NOON, TENANT, lease_of
from git_fixtures import bare
from key_builders import keep_key
from mcpskills import package, pointing, skill, snapshot
from mcpskills.access import Role
from mcpskills.adapters import backends
from mcpskills.adapters.checkpointing import keeping
from mcpskills.adapters.checkpointing.keeping import Start
from mcpskills.adapters.directory import DirectoryPackageStore
from mcpskills.adapters.search.index import SearchIndex
from mcpskills.adapters.signing.file_key import FileKey
from mcpskills.adapters.sqlite import statements
from mcpskills.adapters.sqlite.catalog import SqliteCatalog
from mcpskills.adapters.sqlite.database import Database
from mcpskills.audit import Actor
from mcpskills.folder import SKILL_FILE, SkillFolder
from mcpskills.following import served_skill
from mcpskills.settings import SIGNING_KEY, Settings
from mcpskills.snapshot import ServedSkill, Skills
from mcpskills.version import Origin, Version
from provenance_builders import signed

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "bench"
BODY_CHARACTERS = 4_050
"""With its frontmatter, SKILL.md has 4.3 KB."""

_FORMATS = (
    "checkpoint.py",
    "outline.py",
    "adapters/catalog_rows.py",
    "adapters/checkpointing",
    "adapters/search",
    "adapters/sqlite",
)
_SENTENCES = 2_000


@dataclass(frozen=True)
class Corpus:
    """`data` is our server's data directory, `file` has a JSON object per skill, `tree` a folder per skill, `key` an API key."""

    skills: int
    path: Path

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def file(self) -> Path:
        return self.path / "skills.jsonl"

    @property
    def key(self) -> Path:
        return self.path / "key"

    @property
    def tree(self) -> Path:
        return self.path / "tree"


def of(skills: int) -> Corpus:
    return Corpus(skills, CACHE / f"{skills}-{_formats()}")


def name(number: int) -> str:
    """All have the same length, so that requests have as well."""
    return f"skill-{number:06}"


def sentence(number: int) -> str:
    """It is in the instructions of this skill and of no other."""
    return f"This is the skill with the number {number:06}."


def folders(count: int) -> Iterator[SkillFolder]:
    """The same in every run."""
    chance = random.Random(7)
    words = ["".join(chance.choices("abcdefghijklmnoprstuvw", k=chance.randint(2, 10))) for _ in range(4_000)]
    sentences = [" ".join(chance.choices(words, k=12)).capitalize() + ".\n" for _ in range(_SENTENCES)]
    for number in range(count):
        text = f'# How to do it\n\n{sentence(number)}\n\n```bash\npython3 scripts/run.py --input "data.json"\n```\n\n'
        text += "".join(chance.choices(sentences, k=BODY_CHARACTERS // 60))
        yield skill_folder(
            name(number),
            description=f"Does {' '.join(chance.choices(words, k=20))}"[:150].ljust(150, "x"),
            body=text.ljust(BODY_CHARACTERS, "x")[:BODY_CHARACTERS] + "\n",
            extra='license: MIT\nmetadata:\n  author: Ada\n  version: "1.0"\n  tags: a, b\n',
            files={
                "scripts/run.py": f"print({number:06})\n" * 60,
                "references/REFERENCE.md": f"# More about {number:06}\n\n" + "".join(chance.choices(sentences, k=30)),
            },
        )


def publish(corpus: Corpus) -> None:
    """Write catalog, checkpoint, a key that reads, and the file of texts."""
    corpus.data.mkdir(parents=True)
    bare(corpus.data / "registry.git")
    key = FileKey.open(corpus.data / SIGNING_KEY)
    served = list(_catalog(corpus, key))
    catalog, store = SqliteCatalog(corpus.data / "catalog.sqlite"), DirectoryPackageStore(corpus.data / "packages")
    now = datetime.now(UTC)
    made = snapshot.build(TENANT, catalog.generation(TENANT), now, Skills(served))
    start = Start(made, SearchIndex.over(made, on_disk=True))
    lease = lease_of(catalog, seconds=3600)
    keeping.save(start, catalog, store, key, lease=lambda: lease, before=None, now=now)
    catalog.release_lease(lease)
    catalog.close()
    settings = Settings(data=corpus.data)
    with backends.principals(settings) as principals:
        corpus.key.write_text(keep_key(principals, backends.peppers(settings), Role.VIEWER).text)


def write_tree(corpus: Corpus) -> None:
    for folder in folders(corpus.skills):
        write_folder(corpus.tree / folder.name, folder)


def _catalog(corpus: Corpus, key: FileKey) -> Iterator[ServedSkill]:
    database = Database(corpus.data / "catalog.sqlite", lambda: NOON)
    with database.write() as db, corpus.file.open("w") as file:
        for folder in folders(corpus.skills):
            version, text = _version(folder, key), folder.entries[SKILL_FILE].content
            statements.add_version(db, TENANT, version)
            said: dict[str, str | int | None] = {"version": 1, "digest": version.digest, "live": 1}
            change = statements.Change(TENANT, Actor("publisher"), "publish", version.skill, said, NOON)
            generation = statements.raise_generation(db, change)
            record = pointing.published(None, version, live=1, hold=None, generation=generation, now=NOON)
            statements.put_record(db, TENANT, record)
            yield served_skill(version, text)
            sizes = {entry.path: entry.size for entry in version.manifest.files}
            line = {"name": version.skill, "digest": version.digest, "sizes": sizes, "text": text.decode()}
            file.write(json.dumps({**line, "frontmatter": dict(version.frontmatter)}) + "\n")
    database.close()


def _version(folder: SkillFolder, key: FileKey) -> Version:
    built, reading = package.build(folder), skill.read(folder.entries[SKILL_FILE].content)
    version = Version(
        skill=reading.name,
        number=1,
        digest=built.digest,
        label=reading.label,
        manifest=built.manifest,
        frontmatter=reading.frontmatter,
        origin=Origin("c" * 40, folder.path, "d" * 40, "Ada <ada@example.org>", NOON),
        rewritten=False,
        published_at=NOON,
    )
    return signed(version, key)


def _formats() -> str:
    """Changes with whatever decides how a corpus is written."""
    parts = [ROOT / "core" / "mcpskills" / part for part in _FORMATS]
    paths = [
        Path(__file__),
        *(path for part in parts for path in (sorted(part.glob("*.py")) if part.is_dir() else [part])),
    ]
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:10]


def _make(corpus: Corpus, *, tree: bool) -> None:
    """What is there whole stays; what was left half done is made again."""
    if not (corpus.path / "published").exists():
        shutil.rmtree(corpus.path, ignore_errors=True)
        publish(corpus)
        (corpus.path / "published").touch()
    if tree and not (corpus.path / "planted").exists():
        shutil.rmtree(corpus.tree, ignore_errors=True)
        write_tree(corpus)
        (corpus.path / "planted").touch()


if __name__ == "__main__":
    _make(of(int(sys.argv[1])), tree="--tree" in sys.argv)
