"""The one declared change to content on its way in: frontmatter that the specification cannot carry becomes a string.

`allowed-tools` as a list becomes a space-separated string, `metadata` values that are no strings become strings.
Everything else stays byte for byte. A folder with a signature file of its own is left alone: a rewrite would break it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mcpskills import frontmatter as fm
from mcpskills.folder import SKILL_FILE, Entry, SkillFolder
from mcpskills.skill import allowed_tools, plain

SIGNATURE_FILES = frozenset({"skill.oms.sig"})
"""OpenSSF model signing; a signature over the files as the author wrote them."""

_BOM = "\ufeff"
# YAML allows `{key}` and `? key`, which have no colon to write behind.
_COLON = re.compile(r"\s*:")
_BLANK_LINES = re.compile(rf"[ \t]*[{fm.BLANK[2:]}][{fm.BLANK}]*")


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str


def canonical(folder: SkillFolder) -> tuple[SkillFolder, bool]:
    """The folder as it is published, and whether its SKILL.md was rewritten. Raises `FrontmatterError`."""
    if SIGNATURE_FILES & folder.entries.keys():
        return folder, False
    entry = folder.entries[SKILL_FILE]
    text = entry.content.decode("utf-8")
    rewritten = rewrite(text)
    if rewritten == text:
        return folder, False
    changed = Entry.file(rewritten.encode("utf-8"), executable=entry.executable)
    return SkillFolder(folder.path, {**folder.entries, SKILL_FILE: changed}), True


def rewrite(text: str) -> str:
    """SKILL.md with its frontmatter in canonical form; the very same string when there is nothing to change."""
    bom = _BOM if text.startswith(_BOM) else ""
    parsed = fm.parse(text.removeprefix(_BOM))
    source = parsed.source
    for edit in sorted(_edits(parsed), key=lambda edit: edit.start, reverse=True):
        source = source[: edit.start] + edit.text + source[edit.end :]
    if source == parsed.source:
        return text
    at = text.index(parsed.source, len(bom) + len("---"))
    return text[:at] + source + text[at + len(parsed.source) :]


def _edits(parsed: fm.Frontmatter) -> Iterator[_Edit]:
    tools = parsed.fields.get("allowed-tools")
    if tools and isinstance(tools.node.value, list):
        yield _replace(parsed.source, tools, " ".join(allowed_tools(tools.node.value)))
    metadata = parsed.fields.get("metadata")
    if metadata and metadata.node.fields and isinstance(metadata.node.value, Mapping):
        for field in metadata.node.fields.values():
            if not isinstance(field.node.value, str):
                # A number keeps the digits that its author wrote: 1.10 is not 1.1.
                written = field.node.text if field.node.value is not None else None
                yield _replace(parsed.source, field, written if written is not None else plain(field.node.value))


def _replace(source: str, field: fm.Field, value: str) -> _Edit:
    colon = _COLON.match(source, field.key.end)
    if colon is None:
        raise fm.FrontmatterError(
            "a field stands without a value", field.key.line, field.key.column, 'Write it as `key: "value"`.'
        )
    end = max(field.node.span.end, colon.end())
    blank = _BLANK_LINES.match(source, end)
    # A tab may stand in the blank lines after a text, but not in those after a quoted one.
    after = blank[0].replace("\t", " ") if blank else ""
    return _Edit(colon.end(), end + len(after), f" {_double_quoted(value)}{after}")


def _double_quoted(value: str) -> str:
    # JSON strings are YAML double-quoted scalars (YAML 1.2.2, section 1.3); ensure_ascii=False keeps the text readable. JSON
    # leaves some characters as they are that YAML forbids (U+007F) or takes for line breaks (U+0085).
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in quoted)
