"""SK070: code can be read: nothing is compiled, pickled, or hidden in a document as a macro."""

import re
from collections.abc import Iterator

from mcpskills.validation.file import File
from mcpskills.validation.finding import Severity
from mcpskills.validation.rule import FileRule, Problem
from mcpskills.validation.rules.binaries.kinds import ending, is_binary, program

_COMPILED = re.compile("exe|dll|so|dylib|pyd|py[co]|o|obj|a|lib|sys|scr|msi|node|class|wasm|elf|ko|efi")
_PICKLED = re.compile("pkl|pickle|joblib|dill")
# The names of the parts that hold macros, as the new and the old formats of Office files write them.
_MACROS = (b"vbaProject.bin", "_VBA_PROJECT".encode("utf-16-le"))
_DOCUMENTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def check(file: File) -> Iterator[Problem]:
    words = program(file.content) or _otherwise(file)
    if words:
        yield Problem(
            f"the file is {words}: nobody can review what it does",
            "Publish the source and say how to build it, or take the file out.",
            text=words,
        )


def _otherwise(file: File) -> str | None:
    if file.content.startswith(_DOCUMENTS) and any(name in file.content for name in _MACROS):
        return "a document with macros"
    # Text that is only called like a program does nothing.
    if not is_binary(file):
        return None
    suffix = ending(file.name)
    if _COMPILED.fullmatch(suffix):
        return f"binary, and by its ending `.{suffix}` compiled code"
    if _PICKLED.fullmatch(suffix):
        return "a pickle, which can run any code when it is loaded"
    # Text in an old encoding has no NUL.
    script = file.content.startswith(b"#!") and b"\0" in file.content
    return "a script with binary content behind its first line" if script else None


RULE = FileRule("SK070", "binary-code", Severity.WARNING, check)
