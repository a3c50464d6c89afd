"""What a language model gets to see of a skill: one JSON document, which no text inside of it can end."""

import json
from dataclasses import dataclass

from mcpskills.folder import SKILL_FILE, SkillFolder
from mcpskills.printable import printable
from mcpskills.validation.file import File

SHOWN = 60_000
"""Characters of a skill's text that are shown."""

MOST_FILES = 200
"""Files that are named; SKILL.md is the first."""

_PATH = 200
_PLAIN = frozenset("\t\n")


@dataclass(frozen=True, slots=True)
class Material:
    """`whole` is False when some text or some files were left out."""

    document: str
    whole: bool


def material_of(folder: SkillFolder) -> Material:
    """The folder's texts in the order of their paths, as far as they fit. Characters that cannot be seen become escapes."""
    order = sorted(folder.files, key=lambda path: (path != SKILL_FILE, path))
    files = []
    room, whole = SHOWN, len(order) <= MOST_FILES
    for path in order[:MOST_FILES]:
        entry = folder.files[path]
        text = File(path, entry.content, entry.executable).text if entry.content else ""
        shown = (text or "")[:room]
        room -= len(shown)
        whole = whole and len(shown) == len(text or "") and entry.size == len(entry.content)
        files.append(
            {"path": printable(path, _PATH), "bytes": entry.size, "text": None if text is None else _seen(shown)}
        )
    left_out = len(order) - len(files)
    return Material(
        json.dumps({"skill": printable(folder.name, _PATH), "files": files, "left_out": left_out}, ensure_ascii=False),
        whole,
    )


def _seen(text: str) -> str:
    if text.isprintable():
        return text
    seen = (char if char.isprintable() or char in _PLAIN else char.encode("unicode_escape").decode() for char in text)
    return "".join(seen)
