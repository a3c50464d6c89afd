"""SK072: a file is what its ending says, and no program, script or archive in disguise."""

import re
from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.binaries.kinds import archive, ending, program

_MEDIA = re.compile(
    "png|jpe?g|gif|webp|avif|bmp|ico|tiff?|svg|mp[34]|m4a|wav|mov|avi|mkv|webm|ogg|flac|ttf|otf|woff2?|pdf"
)
_TEXT = re.compile(
    "md|mdx|markdown|txt|rst|html?|css|jsonl?|ya?ml|toml|xml|csv|tsv|ini|cfg|log|"
    "py|sh|bash|[mc]?js|tsx?|jsx|rb|pl|php|lua|r|go|rs|java|c|h|cpp|cs|swift|kt|ps1|bat|cmd|sql"
)


def check(file: File) -> Iterator[Problem]:
    suffix = ending(file.name)
    media = _MEDIA.fullmatch(suffix)
    if not media and not _TEXT.fullmatch(suffix):
        return
    words = program(file.content) or archive(file.content)
    if words is None and media and file.content.startswith((b"#!/", b"#! /")):
        words = "a script"
    if words:
        yield Problem(
            f"the file is called like `.{suffix}`, but is {words}",
            "Take it out; if it is honest, give it the ending that belongs to it.",
            text=f"{suffix}: {words}",
        )


RULE = FileRule("SK072", "disguised", Severity.ERROR, check)
