"""Dependency files of which some lines tell enough: conda environments, go.mod, and the settings of installers."""

import re
from collections.abc import Iterator
from dataclasses import replace

from mcpskills import frontmatter
from mcpskills.frontmatter import FrontmatterError, Json, Node
from mcpskills.validation.rules.dependencies.declared import Declared, Kind, UnreadableError
from mcpskills.validation.rules.dependencies.requirements import requirement, requirements

_MAX_BYTES = 256 * 1024
_CONDA_PIN = re.compile(r"[\w.:/-]{1,200}={1,2}\d[\w.]{0,40}(?:=[\w.]{1,60})?")
_REPLACE = re.compile(
    r"^[ \t]{0,20}(?:replace[ \t]{1,20})?[^\s=>]{1,300}(?:[ \t]{1,20}v\S{1,100})?[ \t]{0,20}=>[ \t]{0,20}(\S{1,300})",
    re.MULTILINE,
)
_SETTING = re.compile(
    r"^[ \t-]{0,20}[\"']?((?:@[\w.-]{1,100}:)?[\w.\-/:]{1,200}?)[\"']?[ \t]{0,20}[=: ][ \t]{0,20}(\S[^\n]{0,500})$",
    re.MULTILINE,
)
_SOURCE = re.compile(r"registry|index|find[-_]links|repository|server|channel", re.IGNORECASE)
_UNCHECKED = re.compile(r"trusted[-_]host", re.IGNORECASE)
_CHECK = re.compile(r"strict-ssl|enableStrictSsl|ssl_verify|verify_ssl", re.IGNORECASE)
_URL = re.compile(r"[a-zA-Z][a-zA-Z+]{1,10}://[^\s\"',\]]{1,300}")
_OFF = re.compile(r"[\"']?(?:false|no|0|off)\b", re.IGNORECASE)
_LISTED = re.compile(r"^[ \t]{0,20}(?:-[ \t]{1,4})?[\"']?([a-z]{2,5}://[^\s\"']{1,300})", re.MULTILINE)


def conda(text: str) -> Iterator[Declared]:
    """An `environment.yml` with its channels, packages and the part for pip."""
    if len(text) > _MAX_BYTES:
        raise UnreadableError(f"has more than {_MAX_BYTES} characters")
    try:
        root = frontmatter.document(text)
    except FrontmatterError as error:
        raise UnreadableError(f"cannot be read: {error.problem}") from error
    for node in _items(root, "channels"):
        if isinstance(node.value, str) and "://" in node.value:
            yield Declared(Kind.INDEX, node.value, node.span.start, url=node.value)
    for node in _items(root, "dependencies"):
        if isinstance(node.value, str):
            yield Declared(Kind.PACKAGE, node.value, node.span.start, pinned=bool(_CONDA_PIN.fullmatch(node.value)))
        for inner in _items(node, "pip"):
            yield from _pip(inner.value, inner.span.start)


def go(text: str) -> Iterator[Declared]:
    """A `go.mod`: what it requires is always one version, what it replaces comes from elsewhere."""
    for match in _REPLACE.finditer(text):
        if not match[1].startswith((".", "/")):
            yield Declared(Kind.ADDRESS, match[1], match.start(1), url=f"https://{match[1]}", pinned=True)


def settings(text: str) -> Iterator[Declared]:
    """A settings file of pip, npm, Yarn or conda: where packages come from, and whether that is checked."""
    for match in _SETTING.finditer(text):
        key, value = match[1], match[2]
        if key.startswith(("#", ";", "//")):
            continue
        if _UNCHECKED.search(key) or (_CHECK.search(key) and _OFF.match(value)):
            yield Declared(Kind.UNCHECKED, match[0].strip(), match.start(1))
        elif _SOURCE.search(key):
            yield from (
                Declared(Kind.INDEX, url[0], match.start(2) + url.start(), url=url[0]) for url in _URL.finditer(value)
            )
    yield from (Declared(Kind.INDEX, match[1], match.start(1), url=match[1]) for match in _LISTED.finditer(text))


def _pip(value: Json, at: int) -> Iterator[Declared]:
    if not isinstance(value, str):
        return
    if value.startswith("-"):
        yield from (replace(found, at=at) for found in requirements(value))
    elif found := requirement(value, at):
        yield found


def _items(node: Node, key: str) -> tuple[Node, ...]:
    field = (node.fields or {}).get(key)
    return field.node.items if field else ()
