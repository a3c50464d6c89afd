"""Dependency files in TOML: pyproject.toml, inline metadata of scripts, Pipfile, Cargo.toml, and settings of installers."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mcpskills.validation.rules.dependencies.declared import Declared, Kind, UnreadableError
from mcpskills.validation.rules.dependencies.requirements import requirement

# The parser's work grows with the square of the dots in a key, and with those of the table that it stands in.
_MOST_DOTS = 100
_MOST_DOTS_IN_ALL = 30_000
_MAX_BYTES = 512 * 1024
_INDEXES = frozenset({"index-url", "extra-index-url", "find-links", "index", "registry", "default-index", "source"})
_VCS = frozenset({"git", "hg", "svn", "bzr"})
_TABLES = frozenset({"dependencies", "dev-dependencies", "build-dependencies", "packages", "dev-packages"})
_EXACT = re.compile(r"=?=?\s{0,4}v?\d{1,9}(?:\.\d{1,9}){1,3}(?:[-+.]?[A-Za-z][\w.+-]{0,40})?")
_EXACT_IN_CARGO = re.compile(r"=\s{0,4}\d[\w.+-]{0,60}")
_MOST_DEEP = 12


def pyproject(text: str) -> Iterator[Declared]:
    """`pyproject.toml` (PEP 621, PEP 735, PEP 518) with the tables of uv, Poetry, PDM and Hatch."""
    document = parsed(text)
    project = _table(document.get("project"))
    optional, groups = _table(project.get("optional-dependencies")), _table(document.get("dependency-groups"))
    lists = [_table(document.get("build-system")).get("requires"), project.get("dependencies")]
    yield from _requirements([*lists, *optional.values(), *groups.values()])
    yield from _tool(_table(document.get("tool")))


def script(text: str) -> Iterator[Declared]:
    """The block of inline metadata that a Python script carries (PEP 723)."""
    block = _block(text)
    if block is not None:
        document = parsed(block)
        yield from _requirements([document.get("dependencies")])
        yield from _tool(_table(document.get("tool")))


def pipfile(text: str) -> Iterator[Declared]:
    """A `Pipfile` of Pipenv."""
    yield from _walk(parsed(text), _EXACT)


def cargo(text: str) -> Iterator[Declared]:
    """A `Cargo.toml`, in which a bare version allows every later one that is compatible."""
    document = parsed(text)
    build = _table(document.get("package")).get("build")
    if isinstance(build, str):
        yield Declared(Kind.HOOK, f"build = {build}")
    yield from _walk(document, _EXACT_IN_CARGO)


def settings(text: str) -> Iterator[Declared]:
    """The settings of uv, Bun and Cargo."""
    yield from _walk(parsed(text), _EXACT)


def _tool(tools: Mapping[str, Any]) -> Iterator[Declared]:
    for name in ("uv", "poetry", "pdm", "hatch", "pixi"):
        tool = _table(tools.get(name))
        development = tool.get("dev-dependencies")
        yield from _requirements([development] if isinstance(development, list) else [])
        yield from _walk(tool, _EXACT)


def _walk(value: Any, exact: re.Pattern[str], path: tuple[str | int, ...] = ()) -> Iterator[Declared]:
    """Sources and addresses anywhere below a table, and packages in its tables of dependencies."""
    if len(path) > _MOST_DEEP:
        raise UnreadableError("is nested too deep")
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if isinstance(item, str):
            yield from _text((*path, key), item, exact)
        elif key == "verify_ssl" and item is False:
            yield Declared(Kind.UNCHECKED, "verify_ssl = false")
        else:
            yield from _walk(item, exact, (*path, key))


def _text(path: tuple[str | int, ...], item: str, exact: re.Pattern[str]) -> Iterator[Declared]:
    # So that there always are three: what the value is called, in which table, and in which table that is.
    over, above, key = (None, None, *path)[-3:]
    if key in _VCS:
        yield Declared(Kind.ADDRESS, item, url=item)
    elif "://" in item:
        # `[[source]]` tables and lists of addresses have a position between their name and the value.
        index = {key, above, over if isinstance(above, int) else None} & _INDEXES
        if index or key in {"url", "file"}:
            yield Declared(Kind.INDEX if index else Kind.ADDRESS, item, url=item)
    elif above in _TABLES and key != "python":
        yield Declared(Kind.PACKAGE, f"{key} {item}", pinned=bool(exact.fullmatch(item)))
    elif over in _TABLES and key == "version":
        yield Declared(Kind.PACKAGE, f"{above} {item}", pinned=bool(exact.fullmatch(item)))


def _requirements(lists: Sequence[Any]) -> Iterator[Declared]:
    for values in lists:
        for value in values if isinstance(values, list) else ():
            found = requirement(value) if isinstance(value, str) else None
            if found:
                yield found


def _block(text: str) -> str | None:
    lines = iter(text.split("\n"))
    if not any(line.rstrip() == "# /// script" for line in lines):
        return None
    inside: list[str] = []
    for line in lines:
        if not line.startswith("#"):
            return None
        if line.rstrip() == "# ///":
            return "\n".join(inside)
        inside.append(line[2:] if line.startswith("# ") else line[1:])
    return None


def parsed(text: str) -> Mapping[str, Any]:
    """The table that a TOML file is, in bounded time. Raises `UnreadableError`."""
    if len(text) > _MAX_BYTES:
        raise UnreadableError(f"has more than {_MAX_BYTES} characters")
    if any(line.count(".") > _MOST_DOTS for line in text.split("\n")):
        raise UnreadableError(f"has a line with more than {_MOST_DOTS} dots")
    if text.count(".") > _MOST_DOTS_IN_ALL:
        raise UnreadableError(f"has more than {_MOST_DOTS_IN_ALL} dots")
    try:
        return tomllib.loads(text.replace("\r\n", "\n"))
    except ValueError as error:
        raise UnreadableError(f"is no valid TOML: {error}") from error
    except RecursionError as error:
        raise UnreadableError("is nested too deep") from error


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
