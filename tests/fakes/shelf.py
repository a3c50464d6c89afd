"""A source of snapshots that a test puts together in memory, for tests that need many registries."""

import contextlib
from collections.abc import Iterable, Mapping
from typing import Any

from builders import skill_folder
from catalog_builders import NOON, TENANT
from mcpskills import frontmatter, package, skill, snapshot
from mcpskills.errors import NotFoundError
from mcpskills.folder import SKILL_FILE, SkillFolder
from mcpskills.following import served_skill
from mcpskills.snapshot import ServedSkill, Skills
from mcpskills.version import Origin, Version


class Shelf:
    """See `source.Source`. Every skill has one version."""

    def __init__(self) -> None:
        self.source = self
        self._files: dict[str, Mapping[str, bytes]] = {}
        self._versions: dict[str, Version] = {}
        self._snapshot = snapshot.build(TENANT, 0, NOON, Skills())

    def put(self, folders: Iterable[SkillFolder], restricted: Mapping[str, frozenset[str]], generation: int) -> None:
        """Have exactly these skills from now on."""
        served = [self._served(folder) for folder in folders]
        self._snapshot = snapshot.build(TENANT, generation, NOON, Skills(served), restricted=restricted)

    async def start(self) -> None:
        return None

    async def refresh(self, _: Any) -> snapshot.Snapshot:
        return self._snapshot

    async def pinned(self, name: str, number: int) -> Version:
        if number != 1 or name not in self._versions:
            raise NotFoundError(f"The skill {name!r} has no version {number}.")
        return self._versions[name]

    async def package(self, version: Version) -> Mapping[str, bytes]:
        return self._files[version.digest]

    async def changed_since(self, _: int) -> None:
        return None

    @contextlib.asynccontextmanager
    async def hints(self) -> Any:
        yield

    def _served(self, folder: SkillFolder) -> ServedSkill:
        built = package.build(folder)
        content = {path: entry.content for path, entry in folder.files.items()}
        parsed = skill.from_frontmatter(frontmatter.parse(content[SKILL_FILE].decode()))
        version = Version(
            skill=parsed.name,
            number=1,
            digest=built.digest,
            label=parsed.label,
            manifest=built.manifest,
            frontmatter=parsed.frontmatter,
            origin=Origin("c" * 40, folder.path, built.digest, "Ada Author", NOON),
            rewritten=False,
            published_at=NOON,
        )
        self._files[built.digest], self._versions[parsed.name] = content, version
        return served_skill(version, content[SKILL_FILE])


def a_folder(name: str, words: str, tags: str) -> SkillFolder:
    """A skill that is about some words, with a file beside its instructions."""
    extra = f"metadata:\n  tags: {tags}\n" if tags else ""
    return skill_folder(name, description=f"About {words}.", body=f"{words}\n", extra=extra, files={"more.md": words})
