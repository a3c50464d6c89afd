"""Reading the evals of a skill's folder. Everything in them is hostile: files, cases and texts are bounded."""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mcpskills import frontmatter
from mcpskills.evals.schema import DEFAULT_WITHIN, MAX_CASES, schema
from mcpskills.folder import Entry, SkillFolder
from mcpskills.frontmatter import FrontmatterError, Json, Node, Span
from mcpskills.printable import quoted
from mcpskills.schema_faults import Fault, faults

FOLDER: Final = "evals"
SUFFIXES: Final = (".yaml", ".yml")
MAX_BYTES: Final = 64 * 1024
MAX_FILES: Final = 10

_SCHEMA = schema()


@dataclass(frozen=True, slots=True)
class Trigger:
    """For `request`, the skill is (`finds`) or is not among the first `within` hits. It stands in the file `path`, at `line`."""

    request: str
    finds: bool
    within: int
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Script:
    """A run of the skill's file `run`, as it is told to people: what it must come to is for whoever can run it."""

    run: str
    args: tuple[str, ...]
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a file of evals, or a part of it, cannot be used; `line` and `column` count from 1, and are None for the whole file."""

    path: str
    line: int | None
    column: int | None
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class Evals:
    """All cases of a skill in the order in which they stand. A file with a flaw in its shape contributes none."""

    triggers: tuple[Trigger, ...]
    scripts: tuple[Script, ...]
    flaws: tuple[Flaw, ...]

    def __bool__(self) -> bool:
        return bool(self.triggers or self.scripts)


def read(folder: SkillFolder) -> Evals:
    """The evals of a folder. Never raises for what is in it; files of other formats beside them are left alone."""
    triggers: list[Trigger] = []
    scripts: list[Script] = []
    flaws: list[Flaw] = []
    paths = sorted(path for path, entry in folder.entries.items() if entry.is_file and _is_evals(path))
    for path in paths[:MAX_FILES]:
        found = _file(path, folder.entries[path])
        flaws += found.flaws
        if len(triggers) + len(scripts) + len(found.triggers) + len(found.scripts) > MAX_CASES:
            flaws.append(
                _whole(path, f"the skill has more than {MAX_CASES} cases with this file", "Remove some of them.")
            )
            continue
        triggers += found.triggers
        scripts += found.scripts
    flaws += [
        _whole(path, f"at most {MAX_FILES} files are read, in the order of their names", "Merge some.")
        for path in paths[MAX_FILES:]
    ]
    flaws += _missing(folder, scripts)
    return Evals(tuple(triggers), tuple(scripts), tuple(flaws))


def _is_evals(path: str) -> bool:
    above, name = posixpath.split(path)
    return above == FOLDER and name.endswith(SUFFIXES)


def _file(path: str, entry: Entry) -> Evals:
    try:
        root = _document(path, entry)
    except _UnreadableError as error:
        return Evals((), (), (error.flaw,))
    flaws = tuple(_flaw(path, root, fault) for fault in faults(_SCHEMA, root.value))
    if flaws or root.fields is None:
        return Evals((), (), flaws)
    cases = {key: field.node.items for key, field in root.fields.items()}
    return Evals(
        tuple(_trigger(path, node) for node in cases.get("triggers", ())),
        tuple(_script(path, node) for node in cases.get("scripts", ())),
        (),
    )


class _UnreadableError(Exception):
    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.message)
        self.flaw = flaw


def _document(path: str, entry: Entry) -> Node:
    if entry.size > MAX_BYTES:
        raise _UnreadableError(_whole(path, f"it has {entry.size} bytes; at most {MAX_BYTES} are read", "Split it."))
    try:
        return frontmatter.document(entry.content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _UnreadableError(_whole(path, "it is not UTF-8", "Save it as UTF-8.")) from error
    except FrontmatterError as error:
        raise _UnreadableError(Flaw(path, error.line, error.column, error.problem, error.fix)) from error


def _flaw(path: str, root: Node, fault: Fault) -> Flaw:
    span = _span(root, fault)
    return Flaw(path, span.line, span.column, fault.message, fault.fix)


def _span(root: Node, fault: Fault) -> Span:
    node = root
    for part in fault.path:
        node = node.items[part] if isinstance(part, int) else (node.fields or {})[part].node
    return node.fields[fault.key].key if node.fields and fault.key is not None else node.span


def _trigger(path: str, node: Node) -> Trigger:
    value = _mapping(node)
    within = value.get("within")
    return Trigger(
        request=str(value["request"]),
        finds=value.get("finds") is not False,
        # For JSON Schema, 5.0 is a whole number as well.
        within=int(within) if isinstance(within, int | float) else DEFAULT_WITHIN,
        path=path,
        line=node.span.line,
    )


def _script(path: str, node: Node) -> Script:
    value = _mapping(node)
    return Script(str(value["run"]), tuple(map(str, _list(value.get("args")))), path, node.span.line)


def _missing(folder: SkillFolder, scripts: list[Script]) -> Iterator[Flaw]:
    for script in scripts:
        entry = folder.entries.get(script.run)
        if entry is None or not entry.is_file:
            message = f"the skill has no file {quoted(script.run)} to run"
            yield Flaw(
                script.path, script.line, None, message, "Write the path of one of its files, such as scripts/fill.py."
            )


def _whole(path: str, message: str, fix: str) -> Flaw:
    return Flaw(path, None, None, message, fix)


def _mapping(node: Node) -> Mapping[str, Json]:
    return node.value if isinstance(node.value, Mapping) else {}


def _list(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list) else ()
