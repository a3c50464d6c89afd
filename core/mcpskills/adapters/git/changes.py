"""What a proposal changes between the commit that it started from and its head, as much as fits into memory."""

from collections.abc import Collection
from collections.abc import Set as AbstractSet

from mcpskills import claims
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.errors import CorruptedError, InvalidInputError
from mcpskills.folder import SKILL_FILE, SkillFolder
from mcpskills.proposal import Changed, FolderChange

FOLDER_LIMIT = 50
"""Skill folders whose content is read for one proposal."""

BYTES_LIMIT = 64 * 1024 * 1024
"""Bytes of all their files, before and after."""

ELSEWHERE_LIMIT = 200
"""Paths outside skill folders that are named; the others are counted."""

_COUNTED = 10_000


class Changes:
    """What proposals of one repository change; belongs to its one caller.

    It remembers which trees the last proposal found to be skills. Nearly all of them are those of the next one, and to open each
    tree of a big registry takes longer than everything else together.
    """

    def __init__(self, repository: GitRepository) -> None:
        self._repository = repository
        self._known: Collection[str] = ()

    def of(self, into: str | None, head: str) -> Changed:
        """What `head` changes since it parted from `into`, the tracked branch.

        A folder that cannot be read is left out, like those beyond a limit. Raises `InvalidInputError` when the trees cannot be
        read.
        """
        repository = self._repository
        base = repository.parting(into, head) if into else None
        before, after, there = (self._folders(commit) for commit in (base, head, into))
        self._known = {*before.values(), *after.values(), *there.values()}
        skills, left_out = _skills(repository, before, after)
        elsewhere = list(repository.differences(base, head, beside=before.keys() | after.keys(), limit=_COUNTED))
        beyond = max(0, len(elsewhere) - ELSEWHERE_LIMIT)
        return Changed(
            commit=head,
            skills=tuple(skills),
            elsewhere=tuple(elsewhere[:ELSEWHERE_LIMIT]),
            folders=_merged(before.keys(), there.keys(), after.keys()),
            left_out=left_out + beyond,
        )

    def _folders(self, commit: str | None) -> dict[str, str]:
        """The skills of a commit; the next one that is asked for opens no tree of theirs again."""
        found = self._repository.skill_folders(commit, known=self._known) if commit else {}
        self._known = {*self._known, *found.values()}
        return found


def _skills(repository: GitRepository, before: dict[str, str], after: dict[str, str]) -> tuple[list[FolderChange], int]:
    """The skills that differ, as many as are read, and how many are left out."""
    skills: list[FolderChange] = []
    room, left_out = BYTES_LIMIT, 0
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) == after.get(path):
            continue
        found = _read(repository, path, before, after) if len(skills) < FOLDER_LIMIT and room > 0 else None
        if found is None:
            left_out += 1
            continue
        room -= sum(_size(side) for side in (found.before, found.after))
        skills.append(found)
    return skills, left_out


def _merged(before: AbstractSet[str], ours: AbstractSet[str], theirs: AbstractSet[str]) -> tuple[str, ...]:
    """The skills after a merge. Once more the outermost ones, because either side may have put one around the other's."""
    paths = (ours - (before - theirs)) | (theirs - before)
    return claims.skill_folders(f"{path}/{SKILL_FILE}" for path in paths)


def _read(repository: GitRepository, path: str, before: dict[str, str], after: dict[str, str]) -> FolderChange | None:
    try:
        sides = [repository.folder(path, tree) if tree else None for tree in (before.get(path), after.get(path))]
    except (InvalidInputError, CorruptedError):
        return None
    return FolderChange(path, *sides)


def _size(folder: SkillFolder | None) -> int:
    return sum(len(entry.content) for entry in folder.entries.values()) if folder else 0
