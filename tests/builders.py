"""Builders of skills for tests. Each yields the simplest valid thing; a test names only what its story is about."""

import json
from collections.abc import Mapping
from pathlib import Path

from mcpskills import frontmatter, skill
from mcpskills.folder import SKILL_FILE, Entry, EntryKind, SkillFolder
from mcpskills.skill import Skill

NAME = "pdf-forms"
DESCRIPTION = "Fills in PDF forms. Use when the user has a form to complete."
BODY = "# How to fill in a form\n\n1. List the fields.\n2. Fill them in.\n"

Content = str | bytes | Entry


def skill_md(name: str = NAME, description: str = DESCRIPTION, *, body: str = BODY, extra: str = "") -> str:
    """A SKILL.md. `extra` is YAML that is put below name and description, such as `license: MIT`."""
    more = extra.rstrip("\n") + "\n" if extra else ""
    return f"---\nname: {name}\ndescription: {description}\n{more}---\n{body}"


def skill_folder(
    name: str = NAME,
    *,
    description: str = DESCRIPTION,
    body: str = BODY,
    extra: str = "",
    text: Content | None = None,
    files: Mapping[str, Content] | None = None,
    path: str | None = None,
) -> SkillFolder:
    """A folder in memory. `text` is a whole SKILL.md in place of the built one; `path` defaults to `skills/<name>`."""
    whole = skill_md(name, description, body=body, extra=extra) if text is None else text
    return folder_of({SKILL_FILE: whole, **(files or {})}, path=path or f"skills/{name}")


def folder_of(files: Mapping[str, Content], *, path: str = f"skills/{NAME}") -> SkillFolder:
    """A folder of exactly these files, with or without a SKILL.md."""
    return SkillFolder(path, {at: entry(content) for at, content in files.items()})


def a_skill(name: str = NAME, *, description: str = DESCRIPTION, body: str = BODY, extra: str = "") -> Skill:
    """The typed reading of a SKILL.md; takes what `skill_md` takes."""
    return skill.from_frontmatter(frontmatter.parse(skill_md(name, description, body=body, extra=extra)))


def triggers(*requests: str, finds: bool = True, within: int = 5) -> str:
    """A file of evals that asks for the skill with each of these requests."""
    cases = [{"request": request, "finds": finds, "within": within} for request in requests]
    return json.dumps({"triggers": cases})


def entry(content: Content) -> Entry:
    if isinstance(content, Entry):
        return content
    return Entry.file(content.encode() if isinstance(content, str) else content)


def script(content: str | bytes) -> Entry:
    """An executable file."""
    return Entry.file(entry(content).content, executable=True)


def symlink(target: str) -> Entry:
    return Entry(EntryKind.SYMLINK, target.encode(), len(target.encode()))


def write_skill(
    root: Path,
    name: str = NAME,
    *,
    description: str = DESCRIPTION,
    body: str = BODY,
    extra: str = "",
    text: Content | None = None,
    files: Mapping[str, Content] | None = None,
) -> Path:
    """The folder `root/name` on disk; takes what `skill_folder` takes. Returns the folder."""
    folder = skill_folder(name, description=description, body=body, extra=extra, text=text, files=files)
    return write_folder(root / name, folder)


def write_folder(at: Path, folder: SkillFolder) -> Path:
    """Write the entries of a folder in memory to disk at `at`, executable bits and symlinks included. Returns `at`."""
    for path, item in folder.entries.items():
        target = at / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if item.kind is EntryKind.SYMLINK:
            target.symlink_to(item.content.decode())
        else:
            target.write_bytes(item.content)
            target.chmod(0o755 if item.executable else 0o644)
    return at
