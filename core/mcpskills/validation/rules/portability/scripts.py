"""What makes a file a script: a first line that says what runs it."""

import re

from mcpskills.validation.file import File

# Not `#![allow(…)]`, with which Rust files start.
_SHEBANG = re.compile(rb"(?:\xef\xbb\xbf)?#![ \t]{0,8}/[^\n]{0,500}")


def shebang(file: File) -> bytes | None:
    """The first line of a script, without its end; None for what is no script."""
    match = _SHEBANG.match(file.content)
    return match[0] if match else None
