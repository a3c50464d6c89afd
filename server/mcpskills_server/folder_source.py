"""Snapshots from a plain folder of skills, for authors: no Git, no publisher, reloaded on save."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import watchfiles

from mcpskills import package, snapshot
from mcpskills.adapters import folders
from mcpskills.canonical import canonical
from mcpskills.claims import name_of, settle
from mcpskills.errors import InvalidInputError, NotFoundError, UnavailableError
from mcpskills.folder import SKILL_FILE, SkillFolder
from mcpskills.following import served_skill
from mcpskills.skill import Skill
from mcpskills.snapshot import ServedSkill, Skills, Snapshot
from mcpskills.validation.policy import Policy
from mcpskills.validation.validate import validate
from mcpskills.version import Origin, Version

_DEBOUNCE_MS = 50

Signature = tuple[tuple[str, int, int, int], ...]
"""Path, size, time and mode of every file: what tells an untouched folder without reading it."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    signature: Signature
    served: ServedSkill
    files: Mapping[str, bytes]


class FolderSource:
    """See `source.Source`. A skill's number grows with each save that changes it; only the newest is kept."""

    def __init__(self, root: Path, tenant: str, policy: Policy, on_refused: Callable[[str, str], None]) -> None:
        """Serve the skills under `root`; `on_refused` hears the name of a skill that is refused, and why, once.

        Raises `InvalidInputError` when `root` is no directory.
        """
        if not root.is_dir():
            raise InvalidInputError(
                f"{root} is not a directory. Name a folder that holds skills, each with a SKILL.md."
            )
        self._root = root.resolve()
        self._tenant = tenant
        self._policy = policy
        self._on_refused = on_refused
        self._loaded: dict[str, _Loaded] = {}
        self._rivals: frozenset[str] = frozenset()
        self._refused: dict[str, tuple[Signature, str]] = {}

    async def start(self) -> None:
        return None

    async def refresh(self, old: Snapshot | None) -> Snapshot:
        return await asyncio.to_thread(self._refresh, old)

    async def pinned(self, name: str, number: int) -> Version:
        loaded = self._loaded.get(name)
        if loaded is None or loaded.served.version.number != number:
            raise NotFoundError(
                f"The skill {name!r} has no version {number} here: a served folder keeps only the newest."
            )
        return loaded.served.version

    async def package(self, version: Version) -> Mapping[str, bytes]:
        loaded = self._loaded.get(version.skill)
        if loaded is None or loaded.served.version.digest != version.digest:
            raise NotFoundError(f"The skill {version.skill!r} was saved again; version {version.number} is gone.")
        return loaded.files

    async def changed_since(self, _: int) -> None:
        """Never known: generations begin anew with every start."""
        return

    @contextlib.asynccontextmanager
    async def hints(self) -> AsyncIterator[AsyncIterator[object]]:
        yield watchfiles.awatch(self._root, debounce=_DEBOUNCE_MS, step=_DEBOUNCE_MS, recursive=True)

    def _refresh(self, old: Snapshot | None) -> Snapshot:
        if not self._root.is_dir():
            raise UnavailableError(f"The folder {self._root} is gone.")
        before = dict(self._loaded)
        # Seen from above, because the folder may be a skill itself, and its name counts then.
        found = {path.relative_to(self._root.parent).as_posix(): path for path in folders.find(self._root)}
        settled = settle(list(found), {name: loaded.served.version.origin.path for name, loaded in before.items()})
        failed = {name_of(path): reason for path, reason in settled.refused.items()}
        for path in settled.refused.keys() - self._rivals:
            self._on_refused(path, settled.refused[path])
        self._rivals = frozenset(settled.refused)
        self._loaded = {name: loaded for name, loaded in before.items() if name in settled.winners}
        for name, path in settled.winners.items():
            reason = self._load(found[path], path, name)
            if reason:
                failed[name] = reason
        if old is not None and self._loaded == before and dict(old.failed) == failed:
            return old
        served = [loaded.served for loaded in self._loaded.values()]
        return snapshot.build(
            self._tenant, old.generation + 1 if old else 1, datetime.now(UTC), Skills(served), failed=failed
        )

    def _load(self, directory: Path, path: str, name: str) -> str | None:
        """Bring one skill up to date; gives the reason when it is refused, and then keeps what was served."""
        signature = tuple(_signature(directory))
        loaded = self._loaded.get(name)
        if loaded and loaded.signature == signature:
            return None
        if name in self._refused and self._refused[name][0] == signature:
            return self._refused[name][1]
        folder = folders.read(directory, path)
        verdict = validate(folder, self._policy)
        if verdict.skill is None:
            self._refused[name] = (signature, verdict.reason)
            self._on_refused(name, verdict.reason)
            return verdict.reason
        self._refused.pop(name, None)
        self._loaded[name] = _Loaded(
            signature, *_publish(folder, verdict.skill, loaded.served.version if loaded else None)
        )
        return None


def _publish(folder: SkillFolder, skill: Skill, before: Version | None) -> tuple[ServedSkill, Mapping[str, bytes]]:
    published, rewritten = canonical(folder)
    built = package.build(published)
    number = before.number + (built.digest != before.digest) if before else 1
    version = Version(
        skill=skill.name,
        number=number,
        digest=built.digest,
        label=skill.label,
        manifest=built.manifest,
        frontmatter=skill.frontmatter,
        origin=Origin("", folder.path, "", "", datetime.now(UTC)),
        rewritten=rewritten,
        published_at=datetime.now(UTC),
    )
    files = {path: entry.content for path, entry in published.files.items()}
    return served_skill(version, files[SKILL_FILE]), files


def _signature(directory: Path) -> Iterator[tuple[str, int, int, int]]:
    for parent, directories, names in os.walk(directory):
        directories.sort()
        for name in sorted([*names, *directories]):
            # An editor's temporary file may be gone again before it is looked at.
            with contextlib.suppress(FileNotFoundError):
                status = os.lstat(Path(parent, name))
                yield str(Path(parent, name)), status.st_size, status.st_mtime_ns, status.st_mode
