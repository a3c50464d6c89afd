"""SK071: files lie open, and not in archives, compressed files or disk images."""

import re
from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.binaries.kinds import archive, ending, is_binary

# Documents that happen to be zip archives, and images and arrays that happen to be compressed.
_DOCUMENTS = re.compile(
    "doc[xm]|dot[xm]|xls[xmb]|xlt[xm]|ppt[xm]|pot[xm]|ppsx|vsdx|od[tspg]|ot[tsp]|epub|svgz|kmz|3mf|npz|drawio|sketch|pages|numbers"
)
_ENDINGS = re.compile("zip|jar|war|ear|whl|egg|apk|ipa|tar|tgz|gz|bz2|xz|7z|rar|zst|lz|lzma|dmg|iso|deb|rpm|cab|pkg")


def check(file: File) -> Iterator[Problem]:
    suffix = ending(file.name)
    words = None if _DOCUMENTS.fullmatch(suffix) else archive(file.content)
    if words is None and _ENDINGS.fullmatch(suffix) and is_binary(file):
        words = f"binary, and by its ending `.{suffix}` an archive"
    if words:
        yield Problem(
            f"the file is {words}: neither reviewers nor the other rules see what is in it",
            "Put the files themselves into the skill.",
            text=words,
        )


RULE = FileRule("SK071", "archive", Severity.WARNING, check)
