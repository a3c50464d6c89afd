"""What a proposal changes between the commit that it started from and its head, as much as fits into memory."""

from mcpskills.adapters.git.repository import GitRepository
from mcpskills.errors import CorruptedError, InvalidInputError
from mcpskills.folder import SkillFolder
from mcpskills.proposal import Changed, FolderChange

FOLDER_LIMIT = 50
"""Skill folders whose content is read for one proposal."""

BYTES_LIMIT = 64 * 1024 * 1024
"""Bytes of all their files, before and after."""

ELSEWHERE_LIMIT = 200
"""Paths outside skill folders that are named; the others are counted."""

_COUNTED = 10_000


def changed(repository: GitRepository, base: str | None, head: str) -> Changed:
    """Raises `InvalidInputError` when the trees cannot be read. A folder that cannot is left out, like those beyond a limit."""
    before = repository.skill_folders(base) if base else {}
    after = repository.skill_folders(head, known=set(before.values()))
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
    elsewhere = list(repository.differences(base, head, beside=before.keys() | after.keys(), limit=_COUNTED))
    beyond = max(0, len(elsewhere) - ELSEWHERE_LIMIT)
    return Changed(head, tuple(skills), tuple(elsewhere[:ELSEWHERE_LIMIT]), left_out + beyond)


def _read(repository: GitRepository, path: str, before: dict[str, str], after: dict[str, str]) -> FolderChange | None:
    try:
        sides = [repository.folder(path, tree) if tree else None for tree in (before.get(path), after.get(path))]
    except (InvalidInputError, CorruptedError):
        return None
    return FolderChange(path, *sides)


def _size(folder: SkillFolder | None) -> int:
    return sum(len(entry.content) for entry in folder.entries.values()) if folder else 0
