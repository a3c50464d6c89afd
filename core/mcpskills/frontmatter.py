"""Frontmatter: the YAML block that opens a SKILL.md, read by the YAML 1.2 core schema.

libyaml yields events with positions; resolving scalars here is what keeps `yes` and dates strings, as every other client of
the Agent Skills format reads them. Anchors, aliases, tags, duplicate and non-string keys are refused.
"""

import codecs
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

import yaml

from mcpskills.errors import InvalidInputError

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

MAX_BYTES = 64 * 1024
MAX_DEPTH = 16
MAX_DIGITS = 300
BLANK = " \t\r\n\x85\u2028\u2029"
"""Space and line breaks, as YAML 1.1 and so libyaml has them."""

# YAML 1.2.2, section 10.3.2: the core schema.
_NULL = re.compile(r"~|null|Null|NULL|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_FENCE = re.compile(r"---[ \t]*")
# Characters that no plain value can start with although people write values so; others give an error of their own.
_INDICATORS = ("@", "`", "%")


@dataclass(frozen=True, slots=True)
class Span:
    """Where a piece of a file stands.

    Lines and columns count from 1, columns in characters; `start` and `end` are character offsets into the YAML text, for a
    SKILL.md `Frontmatter.source`.
    """

    line: int
    column: int
    start: int
    end: int


class FrontmatterError(InvalidInputError):
    """The YAML cannot be read. `line` and `column` count from 1 in its file; `fix` says what to do."""

    def __init__(self, message: str, line: int, column: int, fix: str) -> None:
        super().__init__(f"{message} (line {line}, column {column}). {fix}")
        self.problem = message
        self.line = line
        self.column = column
        self.fix = fix


@dataclass(frozen=True, slots=True)
class Node:
    """A YAML value with its place. `items` belongs to sequences, `fields` to mappings; `text` is a scalar's own text.

    `span` ends without the blank lines that follow, that of a block collection after its last item.
    """

    value: Json
    span: Span
    text: str | None = None
    items: "tuple[Node, ...]" = ()
    fields: "Mapping[str, Field] | None" = None


@dataclass(frozen=True, slots=True)
class Field:
    """A key of a mapping with its value."""

    key: Span
    node: Node


@dataclass(frozen=True, slots=True)
class Frontmatter:
    """A parsed SKILL.md.

    `data` is the frontmatter as JSON, all keys kept in their order; `fields` has the same with places. `source` is the
    YAML text between the fences, which starts at line 2; `body` the text after them, which starts at `body_line`.
    """

    data: Mapping[str, Json]
    fields: Mapping[str, Field]
    source: str
    body: str
    body_line: int

    def at(self, key: str) -> tuple[int, int]:
        """Line and column of a top-level key's value, or of the opening fence when the key is absent."""
        field = self.fields.get(key)
        return (field.node.span.line, field.node.span.column) if field else (1, 1)


def read(content: bytes) -> Frontmatter:
    """Parse the raw bytes of a SKILL.md; a byte order mark is passed over. Raises `FrontmatterError`, `UnicodeDecodeError`."""
    return parse(content.removeprefix(codecs.BOM_UTF8).decode("utf-8"))


def parse(text: str) -> Frontmatter:
    """Parse a whole SKILL.md, without its byte order mark if it had one. Raises `FrontmatterError`."""
    source, body, body_line = _split(text)
    root = _Reader(source).document()
    if root.fields is None or not isinstance(root.value, Mapping):
        raise FrontmatterError(
            "the frontmatter is not a mapping",
            root.span.line,
            root.span.column,
            "Write one `key: value` per line, starting with `name:` and `description:`.",
        )
    return Frontmatter(root.value, root.fields, source, body, body_line)


def document(text: str) -> Node:
    """Parse a whole YAML file by the same rules; an empty one is an empty mapping. Raises `FrontmatterError`.

    Its spans count in the file. What it may cost grows with its length, which the caller bounds.
    """
    return _Reader(text, first_line=1).document()


def _split(text: str) -> tuple[str, str, int]:
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    if not lines or not _FENCE.fullmatch(lines[0].rstrip("\r\n")):
        raise FrontmatterError(
            "the file does not start with a frontmatter",
            1,
            1,
            "Make `---` the first line, then the fields, then another `---`.",
        )
    for number, line in enumerate(lines[1:], start=1):
        if _FENCE.fullmatch(line.rstrip("\r\n")):
            source = "".join(lines[1:number])
            if len(source.encode("utf-8", "surrogatepass")) > MAX_BYTES:
                raise FrontmatterError(
                    f"the frontmatter is larger than {MAX_BYTES} bytes",
                    2,
                    1,
                    "Move the long text into the instructions.",
                )
            return source, "".join(lines[number + 1 :]), number + 2
    raise FrontmatterError(
        "the frontmatter is not closed", 1, 1, "End it with a line of `---` before the instructions."
    )


class _Reader:
    """Builds nodes from libyaml's events; bounded in depth, so nesting costs nothing.

    `first_line` is the line at which the YAML text starts in its file: 2 in a SKILL.md, after the fence.
    """

    def __init__(self, source: str, first_line: int = 2) -> None:
        self._source = source
        self._first_line = first_line
        self._last_end = 0

    def document(self) -> Node:
        try:
            return self._document(yaml.parse(self._source, Loader=yaml.CLoader))
        except yaml.MarkedYAMLError as error:
            raise self._syntax(error) from error
        except yaml.reader.ReaderError as error:
            line = self._source.count("\n", 0, error.position) + self._first_line
            raise FrontmatterError(
                f"the character U+{error.character:04X} is not allowed in YAML", line, 1, "Remove it."
            ) from error

    def _document(self, events: Iterator[yaml.Event]) -> Node:
        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) and (event.version or event.tags):
                raise self._refuse("YAML directives are not allowed", event, "Remove the line that starts with `%`.")
            if not isinstance(event, yaml.NodeEvent):
                continue
            if root is not None:
                raise self._refuse("a second YAML document is not allowed", event, "Keep one block of fields.")
            root = self._node(event, events, 1)
        return root or Node({}, Span(self._first_line, 1, 0, 0), fields={})

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
        self._guard(event, depth)
        if isinstance(event, yaml.ScalarEvent):
            self._last_end = self._scalar_end(event)
            return Node(self._resolve(event), self._span(event, self._last_end), text=event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, events, depth)
        return self._mapping(event, events, depth)

    def _sequence(self, start: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
        items: list[Node] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                return Node([item.value for item in items], self._closed(start, event), items=tuple(items))
            items.append(self._node(event, events, depth + 1))
        raise AssertionError("libyaml closes every sequence that it opens")

    def _mapping(self, start: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
        fields: dict[str, Field] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                data = {key: field.node.value for key, field in fields.items()}
                return Node(data, self._closed(start, event), fields=fields)
            self._guard(event, depth)
            key = self._key(event)
            if key in fields:
                first = fields[key].key.line
                raise self._refuse(f"the key `{key}` stands twice (first in line {first})", event, "Keep one of them.")
            at = self._span(event, _end(event).index)
            fields[key] = Field(at, self._node(next(events), events, depth + 1))
        raise AssertionError("libyaml closes every mapping that it opens")

    def _key(self, event: yaml.Event) -> str:
        value = self._resolve(event) if isinstance(event, yaml.ScalarEvent) else None
        if not isinstance(value, str):
            raise self._refuse("a key is not a string", event, 'Put it in quotes, such as `"1": value`.')
        return value

    def _guard(self, event: yaml.Event, depth: int) -> None:
        if isinstance(event, yaml.AliasEvent):
            raise self._refuse(
                f"the alias `*{event.anchor}` is not allowed",
                event,
                "Write the value out, or put text that starts with `*` in quotes.",
            )
        if isinstance(event, yaml.NodeEvent) and event.anchor:
            raise self._refuse(
                f"the anchor `&{event.anchor}` is not allowed",
                event,
                "Remove it, or put text that starts with `&` in quotes.",
            )
        tag = getattr(event, "tag", None)
        if tag:
            raise self._refuse(
                f"the tag `{tag}` is not allowed", event, "Remove it, or put text that starts with `!` in quotes."
            )
        if depth > MAX_DEPTH:
            raise self._refuse(f"values are nested more than {MAX_DEPTH} deep", event, "Flatten them.")

    def _resolve(self, event: yaml.ScalarEvent) -> Json:
        text: str = event.value
        if not event.implicit[0]:
            return text
        if _NULL.fullmatch(text):
            return None
        if _BOOL.fullmatch(text):
            return text.lower() == "true"
        if _NOT_FINITE.fullmatch(text):
            raise self._refuse(f"`{text}` has no JSON form", event, "Put it in quotes.")
        if len(text) > MAX_DIGITS:
            return self._long(event)
        if _INT.fullmatch(text):
            return int(text, 0) if text[:2] in {"0o", "0x"} else int(text)
        return self._finite(event) if _FLOAT.fullmatch(text) else text

    def _long(self, event: yaml.ScalarEvent) -> str:
        if _INT.fullmatch(event.value) or _FLOAT.fullmatch(event.value):
            raise self._refuse(f"a number has more than {MAX_DIGITS} digits", event, "Put it in quotes.")
        return str(event.value)

    def _finite(self, event: yaml.ScalarEvent) -> float:
        number = float(event.value)
        if math.isinf(number):
            raise self._refuse(f"`{event.value}` is too large a number", event, "Put it in quotes.")
        return number

    def _span(self, event: yaml.Event, end: int) -> Span:
        # Marks count from 0.
        return Span(_start(event).line + self._first_line, _start(event).column + 1, _start(event).index, end)

    def _scalar_end(self, event: yaml.ScalarEvent) -> int:
        # For libyaml a block scalar ends behind its line breaks, and an absent value where the next thing starts.
        end: int = _end(event).index
        while end and self._source[end - 1] in BLANK:
            end -= 1
        return end

    def _closed(self, start: yaml.Event, end: yaml.Event) -> Span:
        flow = _end(end).index > _start(end).index
        if flow:
            self._last_end = _end(end).index
        return self._span(start, max(self._last_end, _start(start).index))

    def _refuse(self, problem: str, event: yaml.Event, fix: str) -> FrontmatterError:
        return FrontmatterError(problem, _start(event).line + self._first_line, _start(event).column + 1, fix)

    def _syntax(self, error: yaml.MarkedYAMLError) -> FrontmatterError:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        written = self._source.split("\n")[line].strip("\r") if line < self._source.count("\n") + 1 else ""
        fix = "Correct the YAML there."
        key, colon, value = written.partition(": ")
        if colon and value.startswith(_INDICATORS):
            fix = f"Put the value of `{key.strip()}` in double quotes, because it starts with `{value[0]}`."
        elif colon and ": " in value and value[:1] not in {'"', "'"}:
            fix = f"Put the value of `{key.strip()}` in double quotes, because it contains `: `."
        return FrontmatterError(f"the YAML cannot be read: {error.problem}", line + self._first_line, column + 1, fix)


def _start(event: yaml.Event) -> yaml.Mark:
    return cast("yaml.Mark", event.start_mark)


def _end(event: yaml.Event) -> yaml.Mark:
    return cast("yaml.Mark", event.end_mark)
