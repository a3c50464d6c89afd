"""What a file's first bytes say that it is, whatever it is called."""

import re
from collections.abc import Mapping

from mcpskills.validation.file import File

_PROGRAMS: Mapping[bytes, str] = {
    b"\x7fELF": "a program or library for Linux (ELF)",
    b"\xfe\xed\xfa\xce": "a program or library for macOS (Mach-O)",
    b"\xfe\xed\xfa\xcf": "a program or library for macOS (Mach-O)",
    b"\xce\xfa\xed\xfe": "a program or library for macOS (Mach-O)",
    b"\xcf\xfa\xed\xfe": "a program or library for macOS (Mach-O)",
    b"\xca\xfe\xba\xbe": "compiled Java, or a program for macOS (universal Mach-O)",
    b"\xca\xfe\xba\xbf": "a program or library for macOS (universal Mach-O)",
    b"\0asm": "compiled WebAssembly",
    b"dex\n0": "compiled code for Android (DEX)",
    b"BC\xc0\xde": "compiled code (LLVM bitcode)",
    b"\x1bLua": "compiled Lua",
}
_ARCHIVES: Mapping[bytes, str] = {
    b"PK\x03\x04": "a zip archive",
    b"PK\x05\x06": "an empty zip archive",
    b"\x1f\x8b\x08": "compressed with gzip",
    b"BZh": "compressed with bzip2",
    b"\xfd7zXZ\0": "compressed with xz",
    b"\x28\xb5\x2f\xfd": "compressed with Zstandard",
    b"\x04\x22\x4d\x18": "compressed with LZ4",
    b"LZIP": "compressed with lzip",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"MSCF\0\0\0\0": "a cabinet archive",
    b"xar!": "a macOS installer package (xar)",
    b"!<arch>\n": "an archive of object code, or a Debian package (ar)",
    b"\xed\xab\xee\xdb": "an RPM package",
    b"hsqs": "a file system image (SquashFS)",
}
# These start so little alike that text could start so: more of the content has to fit.
_BZIP2 = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
_TEXT_LIKE = {
    b"LZIP": re.compile(rb"LZIP[\0\x01]"),
    b"xar!": re.compile(rb"xar!\0"),
    b"hsqs": re.compile(rb"hsqs[^\n]{0,20}\0"),
}
_COMPILED_PYTHON = re.compile(rb"[^\n][\x0b-\x0f]\r\n")
_PE_OFFSET = slice(0x3C, 0x40)
_TAR, _ISO = slice(257, 262), slice(0x8001, 0x8006)
_DMG_TRAILER = 512


def program(content: bytes) -> str | None:
    """What compiled code it is, in words; None when it is none."""
    if content[:2] == b"MZ":
        at = int.from_bytes(content[_PE_OFFSET], "little")
        return "a program or library for Windows (PE)" if content[at : at + 4] == b"PE\0\0" else None
    if _COMPILED_PYTHON.match(content):
        return "compiled Python"
    return next((words for magic, words in _PROGRAMS.items() if content.startswith(magic)), None)


def archive(content: bytes) -> str | None:
    """What archive, compressed file or disk image it is, in words; None when it is none."""
    if content[_TAR] == b"ustar":
        return "a tar archive"
    if content[_ISO] == b"CD001":
        return "a disk image (ISO 9660)"
    if content[-_DMG_TRAILER:].startswith(b"koly"):
        return "a disk image (DMG)"
    for magic, words in _ARCHIVES.items():
        if content.startswith(magic):
            sure = _BZIP2 if magic == b"BZh" else _TEXT_LIKE.get(magic)
            return words if sure is None or sure.match(content) else None
    return None


def is_binary(file: File) -> bool:
    """Whether a file is neither UTF-8 nor UTF-16 nor UTF-32; text in an old encoding counts as binary here."""
    return file.is_garbled or file.encoding == "latin-1"


def ending(name: str) -> str:
    """A file name's ending without the dot, in lower case; empty when it has none."""
    stem, _, suffix = name.rpartition(".")
    return suffix.lower() if stem else ""
