"""Media types by file name: Python's own table and ours, never the machine's, so that every replica says the same."""

import mimetypes
from typing import Final

TEXT: Final = "text/plain"
BINARY: Final = "application/octet-stream"

_OURS: Final = {
    ".bash": "application/x-sh",
    ".jsonl": "application/jsonl",
    ".jsx": "text/javascript",
    ".lock": TEXT,
    ".markdown": "text/markdown",
    ".md": "text/markdown",
    ".mdx": "text/markdown",
    ".rst": "text/x-rst",
    ".sql": "application/sql",
    ".toml": "application/toml",
    ".ts": "text/x-typescript",
    ".tsx": "text/x-typescript",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}

_TABLE: Final = mimetypes.MimeTypes()
for _extension, _type in _OURS.items():
    _TABLE.add_type(_type, _extension)


def of_path(path: str) -> str | None:
    """The type that the name promises; None for a name that promises nothing."""
    kind, encoding = _TABLE.guess_type(f"file/{path}")
    # A .tar.gz is a gzip file, not a tar file.
    return f"application/{encoding}" if encoding else kind


def of_content(path: str, *, is_text: bool) -> str:
    """The type that the name promises, else what the bytes are."""
    return of_path(path) or (TEXT if is_text else BINARY)
