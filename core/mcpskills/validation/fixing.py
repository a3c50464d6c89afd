"""Putting right what has one right answer: `mcpskills validate --fix`.

Each step takes what stands there and gives what should. To add one: a function and a row in `_FILE_STEPS` or `_SKILL_STEPS`.
Steps must be repeatable: fixing what is fixed changes nothing.
"""

import codecs
import re
from collections.abc import Callable

from mcpskills import frontmatter as fm
from mcpskills.canonical import SIGNATURE_FILES, canonical
from mcpskills.folder import SKILL_FILE, Entry, SkillFolder
from mcpskills.frontmatter import Json
from mcpskills.printable import printable
from mcpskills.validation.file import File
from mcpskills.validation.rules.names.name import fault
from mcpskills.validation.rules.portability import executable_bit, line_ends, script_line_ends
from mcpskills.validation.rules.portability.scripts import shebang
from mcpskills.validation.subject import prepare

# A byte order mark says nothing in these, and what reads them trips over it. Where it may matter (.csv, .ps1) it stays.
_NO_MARK = re.compile(r"\.(json|md|py|sh|toml|ya?ml)\Z", re.IGNORECASE)
_MARKS = re.compile(b"\\A(?:%b)+" % codecs.BOM_UTF8)
# Here line ends are content.
_EXACT = re.compile(r"\.(diff|eps|http|patch|pdf|ps)\Z", re.IGNORECASE)
# Looking back keeps a megabyte of carriage returns from being gone through again and again.
_CRLF = re.compile(b"(?<!\r)\r+\n")
_SEPARATORS = re.compile(r"[\s_-]+")
_PATH = 1200
# YAML 1.1 reads these names as something else than text.
_WORDS = frozenset({"true", "false", "null", "yes", "off"})


def fixed(folder: SkillFolder) -> tuple[SkillFolder, tuple[str, ...]]:
    """The folder as it should be, and what was changed, a sentence each. A signed folder stays as it is."""
    if SIGNATURE_FILES & folder.entries.keys():
        return folder, ()
    told: list[str] = []
    entries = dict(folder.entries)
    for path, entry in folder.files.items():
        for step, done in _FILE_STEPS:
            # A reader leaves out the content of what is far too large; nothing can be said about it.
            if len(entry.content) == entry.size and (after := step(_file(path, entries[path]))) != entries[path]:
                entries[path] = after
                told.append(f"{printable(path, _PATH)}: {done}")
    result = SkillFolder(folder.path, entries)
    for rewrite, done in _SKILL_STEPS:
        rewritten = rewrite(result)
        if rewritten.entries.get(SKILL_FILE) != result.entries.get(SKILL_FILE):
            result = rewritten
            told.append(f"{SKILL_FILE}: {done}")
    return result, tuple(told)


def _without_mark(file: File) -> Entry:
    wanted = (_NO_MARK.search(file.path) or shebang(file)) and _is_text(file.content)
    content = _MARKS.sub(b"", file.content) if wanted else file.content
    return Entry.file(content, executable=file.executable)


def _with_line_feeds(file: File) -> Entry:
    found = [*script_line_ends.check(file), *line_ends.check(file)]
    fixable = found and _is_text(file.content) and not _EXACT.search(file.path)
    content = _CRLF.sub(b"\n", file.content) if fixable else file.content
    return Entry.file(content, executable=file.executable)


def _executable(file: File) -> Entry:
    """Turn the bit round where it is found wrong."""
    return Entry.file(file.content, executable=file.executable ^ any(executable_bit.check(file)))


def _named_like_folder(folder: SkillFolder) -> SkillFolder:
    """Write the folder's name where the skill's differs from it only by case, spaces and underscores."""
    found = prepare(folder)
    name = found.value("name")
    if found.text is None or found.frontmatter is None or not isinstance(name, str) or fault(folder.name):
        return folder
    if name == folder.name or _SEPARATORS.sub("-", name.strip()).lower() != folder.name:
        return folder
    at = found.text.index(found.frontmatter.source, len("---"))
    span = found.frontmatter.fields["name"].node.span
    written = f'"{folder.name}"' if folder.name in _WORDS else folder.name
    text = f"{found.text[: at + span.start]}{written}{found.text[at + span.end :]}"
    if _data(text) != {**found.frontmatter.data, "name": folder.name}:
        return folder
    return _with_skill_file(folder, text)


def _canonical(folder: SkillFolder) -> SkillFolder:
    if prepare(folder).frontmatter is None:
        return folder
    try:
        return canonical(folder)[0]
    except fm.FrontmatterError:
        # A field without a colon cannot be rewritten; its finding says what to do.
        return folder


def _data(text: str) -> Json:
    try:
        return fm.parse(text).data
    except fm.FrontmatterError:
        return None


def _with_skill_file(folder: SkillFolder, text: str) -> SkillFolder:
    entry = Entry.file(text.encode(), executable=folder.entries[SKILL_FILE].executable)
    return SkillFolder(folder.path, {**folder.entries, SKILL_FILE: entry})


def _file(path: str, entry: Entry) -> File:
    return File(path, entry.content, entry.executable)


def _is_text(content: bytes) -> bool:
    """UTF-8: elsewhere the bytes of a line end or a mark may mean something else."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in content


_FILE_STEPS: tuple[tuple[Callable[[File], Entry], str], ...] = (
    (_without_mark, "removed the byte order mark"),
    (_with_line_feeds, "changed line ends from CRLF to LF"),
    (_executable, "changed whether it is executable, as its first line says"),
)
_SKILL_STEPS: tuple[tuple[Callable[[SkillFolder], SkillFolder], str], ...] = (
    (_named_like_folder, "wrote the name as the folder has it"),
    (_canonical, "wrote `allowed-tools` and `metadata` as text"),
)
