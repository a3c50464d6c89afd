"""Which files declare dependencies, and what each of them declares.

To add a format: a function that yields what a file's text declares, and a row in `_READERS`.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from mcpskills.validation.file import File
from mcpskills.validation.rules.dependencies import json_files, requirements, text_files, toml_files
from mcpskills.validation.rules.dependencies.declared import Declared, Kind, UnreadableError

_Reader = Callable[[str], Iterator[Declared]]

_MAX_BYTES = 2 * 1024 * 1024
_MOST = 5_000


def _runs(_text: str) -> Iterator[Declared]:
    """A file that an installer runs because of its name."""
    yield Declared(Kind.HOOK, "", 0)


# By the whole path, in lower case; the first that fits.
_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (
        re.compile(
            r"(?:.*[/._-])?(?:requirements|constraints)(?:[._-][^/]*)?\.(?:txt|in)|(?:.*/)?requirements/[^/]*\.(?:txt|in)"
        ),
        requirements.requirements,
    ),
    (re.compile(r"(?:.*/)?pyproject\.toml"), toml_files.pyproject),
    (re.compile(r".*\.pyw?"), toml_files.script),
    (re.compile(r"(?:.*/)?pipfile"), toml_files.pipfile),
    (re.compile(r"(?:.*/)?cargo\.toml"), toml_files.cargo),
    (re.compile(r"(?:.*/)?package\.json"), json_files.package),
    (re.compile(r"(?:.*/)?(?:package-lock|npm-shrinkwrap)\.json"), json_files.lock),
    (re.compile(r"(?:.*/)?environment[^/]*\.ya?ml"), text_files.conda),
    (re.compile(r"(?:.*/)?go\.(?:mod|work)"), text_files.go),
    (
        re.compile(
            r"(?:.*/)?(?:\.npmrc|\.yarnrc|\.yarnrc\.yml|\.?pip\.(?:conf|ini)|\.pypirc|\.pydistutils\.cfg|\.?condarc)"
        ),
        text_files.settings,
    ),
    (re.compile(r"(?:.*/)?(?:uv\.toml|bunfig\.toml|\.cargo/config(?:\.toml)?)"), toml_files.settings),
    (re.compile(r"(?:.*/)?(?:setup\.py|build\.rs|binding\.gyp)"), _runs),
)
_INLINE = b"# /// script"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a file declares. `fault` says why it, or the rest of it, could not be read: the end of a sentence."""

    declared: tuple[Declared, ...]
    fault: str | None = None

    def of(self, *kinds: Kind) -> Iterator[Declared]:
        return (item for item in self.declared if item.kind in kinds)


_NOTHING = Manifest(())


def is_manifest(path: str, content: bytes) -> bool:
    """Whether a file is of a kind that declares dependencies."""
    return bool(_readers(path, content))


def manifest(file: File) -> Manifest:
    """What a file declares; nothing for a file of another kind."""
    readers = _readers(file.path, file.content)
    return _read(file, readers) if readers else _NOTHING


def offset(file: File, declared: Declared) -> int:
    """Where a declaration stands in its file's text."""
    if declared.at is not None:
        return declared.at
    text = file.text or ""
    # A name and its version may stand apart.
    for written in (declared.text, json.dumps(declared.text)[1:-1], declared.text.partition(" ")[0]):
        at = text.find(written) if written else -1
        if at >= 0:
            return at
    return 0


def _readers(path: str, content: bytes) -> tuple[_Reader, ...]:
    return tuple(reader for reader in _by_path(path) if reader is not toml_files.script or _INLINE in content)


# Several rules ask for the same file in a row.
@lru_cache(maxsize=64)
def _by_path(path: str) -> tuple[_Reader, ...]:
    return tuple(reader for pattern, reader in _READERS if pattern.fullmatch(path.lower()))


@lru_cache(maxsize=4)
def _read(file: File, readers: tuple[_Reader, ...]) -> Manifest:
    if file.text is None or file.is_garbled:
        return Manifest((), "is no text")
    if len(file.content) > _MAX_BYTES:
        return Manifest((), f"has more than {_MAX_BYTES} bytes")
    declared: list[Declared] = []
    try:
        for reader in readers:
            declared += islice(reader(file.text), _MOST + 1)
    except UnreadableError as error:
        return Manifest(tuple(declared), str(error))
    fault = f"declares more than {_MOST} dependencies" if len(declared) > _MOST else None
    return Manifest(tuple(declared[:_MOST]), fault)
