"""Files as text: which language a name promises, and whether bytes are text at all."""

from collections.abc import Mapping
from typing import Final

_LANGUAGES: Final[Mapping[str, str]] = {
    "bash": "bash", "c": "c", "cpp": "cpp", "css": "css", "csv": "text", "diff": "diff", "go": "go", "html": "html",
    "ini": "ini", "java": "java", "js": "javascript", "json": "json", "jsonl": "json", "jsx": "jsx", "md": "markdown",
    "mjs": "javascript", "php": "php", "ps1": "powershell", "py": "python", "r": "r", "rb": "ruby", "rs": "rust",
    "sh": "bash", "sql": "sql", "swift": "swift", "toml": "toml", "ts": "typescript", "tsx": "tsx", "txt": "text",
    "xml": "xml", "yaml": "yaml", "yml": "yaml",
}  # fmt: skip
"""By the ending of a name, as the highlighter calls them."""


def language_of(path: str) -> str:
    """What a file is probably written in."""
    return _LANGUAGES.get(path.rpartition(".")[2].lower(), "text")


def text_of(content: bytes) -> str | None:
    """The text, with a character that was cut at the end left out; None for what is no text."""
    if b"\0" in content:
        return None
    for left_out in range(4):
        try:
            return content[: len(content) - left_out].decode()
        except UnicodeDecodeError:
            continue
    return None
