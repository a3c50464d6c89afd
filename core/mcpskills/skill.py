"""A skill as the product understands it: the typed reading of a frontmatter that the rules have accepted."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mcpskills import frontmatter as fm
from mcpskills.frontmatter import Frontmatter, Json

NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
NAME_LENGTH = range(3, 51)
RESERVED_NAME = re.compile(r"v[0-9]+")
DESCRIPTION_LENGTH = range(10, 1025)
COMPATIBILITY_LENGTH = 500

FILE_KINDS = {"scripts": "script", "references": "reference", "assets": "asset"}
"""What a file is, by the first folder of its path."""


@dataclass(frozen=True, slots=True)
class Skill:
    """The manifest fields of a skill. `frontmatter` is verbatim, unknown keys included; `body` the instructions."""

    name: str
    description: str
    license: str | None
    compatibility: str | None
    metadata: Mapping[str, str]
    allowed_tools: tuple[str, ...]
    user_invocable: bool
    model: str | None
    context: str | None
    frontmatter: Mapping[str, Json]
    body: str

    @property
    def author(self) -> str | None:
        return self.metadata.get("author")

    @property
    def owner(self) -> str | None:
        """Who answers for the skill: `metadata.owner`, else the author."""
        return self.metadata.get("owner") or self.author

    @property
    def label(self) -> str | None:
        """The author's own version, `metadata.version`; not the number that the publisher gives."""
        return self.metadata.get("version")

    @property
    def tags(self) -> tuple[str, ...]:
        return tuple(tag for tag in re.split(r"[,\s]+", self.metadata.get("tags", "")) if tag)


def read(content: bytes) -> Skill:
    """Read the raw bytes of a SKILL.md that passed the rules. Raises `FrontmatterError`, `UnicodeDecodeError`."""
    return from_frontmatter(fm.read(content))


def from_frontmatter(frontmatter: Frontmatter) -> Skill:
    """Read the fields. The frontmatter must have passed the rules; what they only warn about reads as absent."""
    data = frontmatter.data
    metadata = data.get("metadata")
    return Skill(
        name=_text(data.get("name")) or "",
        description=_text(data.get("description")) or "",
        license=_text(data.get("license")),
        compatibility=_text(data.get("compatibility")),
        metadata={key: plain(value) for key, value in metadata.items()} if isinstance(metadata, Mapping) else {},
        allowed_tools=allowed_tools(data.get("allowed-tools")),
        user_invocable=data.get("user-invocable") is not False,
        model=_text(data.get("model")),
        context=_text(data.get("context")),
        frontmatter=data,
        body=frontmatter.body,
    )


def allowed_tools(value: Json) -> tuple[str, ...]:
    """Tools named by a list, or by a string separated by spaces or commas; `Bash(git add *)` is one tool."""
    if isinstance(value, str):
        return tuple(_tools(value))
    if isinstance(value, list):
        return tuple(item.strip() for item in value if isinstance(item, str) and item.strip())
    return ()


def plain(value: Json) -> str:
    """A metadata value as the string that the Agent Skills specification wants there."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(plain(item) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={plain(item)}" for key, item in value.items())
    return str(value)


def file_kind(path: str) -> str:
    """`instructions` for SKILL.md, else `script`, `reference`, `asset` or `other` by the first folder."""
    if path == "SKILL.md":
        return "instructions"
    first, slash, _ = path.partition("/")
    return FILE_KINDS.get(first, "other") if slash else "other"


def _tools(text: str) -> Iterator[str]:
    # Commas and white space separate, but not inside parentheses, which may nest: `Bash(git commit -m "(wip)"), Read`.
    start = depth = 0
    for at, char in enumerate(text):
        depth = max(depth + (char == "(") - (char == ")"), 0)
        if depth == 0 and (char.isspace() or char == ","):
            if at > start:
                yield text[start:at]
            start = at + 1
    if start < len(text):
        yield text[start:]


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None
