"""Which files are Python, and what Python makes of their bytes."""

import ast
import codecs
import io
import re
import sys
import tokenize
import warnings
from dataclasses import dataclass
from itertools import islice

from mcpskills.validation.file import File

MOST_BYTES = 2 * 1024 * 1024
"""Source above this is not parsed; the largest file of CPython's library has 230 KB."""

TOO_DEEP = "its expressions are nested too deeply"

_SUFFIXES = (".py", ".pyw", ".pyi", ".py3")
# `#!/usr/bin/env python3`, `env -S python3 -u`, `uv run --script`; and a shell that hands its own file on to Python.
_SHEBANG = re.compile(r"#![^\n]{0,200}(?:\bpython|\bpypy|\buv +run\b|\buvx\b|\bpipx +run\b)")
_HANDED_ON = re.compile(r"#![^\n]{0,100}sh\b[^\n]{0,20}\n[\"']{1,3}:?[^\n]{0,20}\bexec\b[^\n]{0,200}\bpython")
_HEAD = 1000
# A tree takes about 1 KB for each word and sign: that file of CPython's library has 60,000 of them.
_MOST_TOKENS = 200_000
_TOKEN = re.compile(r"\w+|[^\w\s]")
# CPython 3.11 takes a formatted text's length for each of its fields: this product takes it half a second.
_MOST_FORMATTING = 1_500_000_000
_FORMATTED_BLOCK = re.compile(r"(?:[fF][rR]?|[rR][fF])(?:\"\"\"|''')")
_PYTHON_2 = (
    "Missing parentheses in call to",
    "multiple exception types must be parenthesized",
    "leading zeros in decimal integer literals are not permitted",
)


class RefusedError(Exception):
    """Python cannot read this source. `line` and `column` count from 1."""

    def __init__(self, reason: str, line: int = 1, column: int = 1) -> None:
        super().__init__(reason)
        self.line = line
        self.column = column


class BeyondError(Exception):
    """This source is too large or too entangled to be judged in bounded time and memory."""


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed file. `lines` are those that the tree's line numbers mean."""

    tree: ast.Module
    content: bytes
    lines: tuple[str, ...]

    def column(self, line: int, offset: int) -> int:
        """The column, from 1, of a byte offset as a tree has it."""
        return len(self.line(line).encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "ignore")) + 1

    def line(self, number: int) -> str:
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""


def is_python(file: File) -> bool:
    """Whether an interpreter would be handed this file: by its suffix, or by its first line."""
    if file.name.lower().endswith(_SUFFIXES):
        return True
    head = file.content[:_HEAD]
    if b"#" not in head or b"!" not in head or file.text is None:
        return False
    text = file.text[:_HEAD]
    return bool(_SHEBANG.match(text) or _HANDED_ON.match(text))


def parse(file: File) -> Source:
    """Read a file as Python would, see PEP 263; UTF-16 and UTF-32 as well, which Python itself refuses.

    Raises `RefusedError` when it is no Python and `BeyondError` when it is too much of it.
    """
    if len(file.content) > MOST_BYTES:
        raise BeyondError(f"the source has {len(file.content)} bytes; at most {MOST_BYTES} are analysed")
    content = _as_utf8(file)
    text = _decoded(content)
    if next(islice(_TOKEN.finditer(text), _MOST_TOKENS, None), None):
        raise BeyondError(f"the source has more than {_MOST_TOKENS} words and signs")
    if _formatting(text) > _MOST_FORMATTING:
        raise BeyondError("its formatted texts have too many fields")
    return Source(_tree(content), content, tuple(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))


def declared_encoding(content: bytes) -> str:
    """The codec that the source names or that its byte order mark means; raises `RefusedError` for one that does not exist."""
    try:
        return tokenize.detect_encoding(io.BytesIO(content).readline)[0]
    except SyntaxError as error:
        raise RefusedError(str(error)) from error


def _as_utf8(file: File) -> bytes:
    if file.encoding is None or not file.encoding.startswith(("utf-16", "utf-32")):
        return file.content
    return codecs.BOM_UTF8 + (file.text or "").encode("utf-8", "replace")


def _decoded(content: bytes) -> str:
    encoding = declared_encoding(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return content.decode(encoding)
    except (UnicodeError, LookupError) as error:
        raise RefusedError(f"its bytes are not {encoding}: {error}") from error


def _formatting(text: str) -> int:
    """What the parser may have to do for the fields in braces of formatted texts, at most."""
    if text.count("{") * len(text) <= _MOST_FORMATTING:
        return 0
    parts = text.split("\n")
    if _FORMATTED_BLOCK.search(text):
        parts += [*text.split('"""'), *text.split("'''")]
    return sum(part.count("{") * len(part) for part in parts)


def _tree(content: bytes) -> ast.Module:
    try:
        with warnings.catch_warnings():
            # An invalid escape is the author's business; as an error it would look like a file that does not parse.
            warnings.simplefilter("ignore")
            return ast.parse(content, filename="<skill>")
    except SyntaxError as error:
        raise RefusedError(_told(error), error.lineno or 1, error.offset or 1) from error
    except ValueError as error:
        raise RefusedError(f"{error}", *_place_of_nul(content)) from error
    except (RecursionError, MemoryError) as error:
        raise BeyondError(TOO_DEEP) from error


def _told(error: SyntaxError) -> str:
    reason = error.msg or "invalid syntax"
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    old = " (this looks like Python 2)" if reason.startswith(_PYTHON_2) else ""
    return f"it is not valid Python {version}: {reason}{old}"


def _place_of_nul(content: bytes) -> tuple[int, int]:
    at = max(content.find(b"\0"), 0)
    start = content.rfind(b"\n", 0, at) + 1
    return content.count(b"\n", 0, at) + 1, at - start + 1
