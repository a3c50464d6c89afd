"""Reading the zip that somebody uploads, which may be made to harm. Everything happens in memory, within limits.

What is taken: stored or deflated files with UTF-8 names, an archive comment, and what Finder adds (`__MACOSX/`, `.DS_Store`),
which is left out. Refused is what two programs could read differently, because a person reviews with one and we serve with
another: bytes before or after the archive, zip64, two names for one entry, names in another encoding, entries that overlap.
"""

import io
import itertools
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator

from mcpskills.errors import InvalidInputError, TooLargeError
from mcpskills.folder import SKILL_FILE, Entry, SkillFolder
from mcpskills.printable import quoted
from mcpskills.validation.policy import Limits
from mcpskills.validation.rules.names import name
from mcpskills.validation.rules.structure import safe_paths
from mcpskills.validation.subject import prepare

UNNAMED = "skill"
"""The folder's name when SKILL.md stands at the root and says no valid name; the rules then say what is wrong with it."""

# APPNOTE.TXT 6.3.10: section 4.3.16 (end of central directory), 4.3.7 (local file header), 4.4.4 (flags), 4.5 (extra fields).
_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_EXTRA = struct.Struct("<HH")
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK, _ZIP64_MARK = b"PK\3\4", b"PK\1\2", b"PK\5\6", b"PK\6\7"
_ZIP64_LOCATOR_SIZE = 20
_LONGEST_COMMENT = 0xFFFF
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_UTF8 = 0x800
_UNICODE_PATH = 0x7075

# Folders are entries too, and Finder doubles every file.
_ENTRIES_PER_FILE = 4
_OVERHEAD = 4 * 1024 * 1024


def read_zip(content: bytes, limits: Limits) -> SkillFolder:
    """The skill folder in a zip: one folder that wraps everything, or the files themselves.

    Its path is the wrapping folder's name, or else the name that the frontmatter says. Raises `InvalidInputError`, or
    `TooLargeError` above the limits, with a sentence for the person who made the zip.
    """
    if len(content) > limits.package_bytes + _OVERHEAD:
        raise TooLargeError(f"The zip has {len(content)} bytes; a skill may have {limits.package_bytes}.")
    _check_frame(content, limits.files * _ENTRIES_PER_FILE)
    infos = _listing(content)
    _check_layout(content, infos)
    total = sum(info.file_size for info in infos)
    if total > limits.package_bytes:
        raise TooLargeError(f"The zip unpacks to {total} bytes; a skill may have {limits.package_bytes}.")
    files: dict[str, Entry] = {}
    for info in infos:
        _check_entry(info)
        path = info.orig_filename
        if path in files:
            raise InvalidInputError(f"The zip contains {quoted(path)} twice; keep one of them.")
        if not path.endswith("/") and not _is_litter(path):
            files[path] = Entry.file(_data(content, info), executable=bool(info.external_attr >> 16 & stat.S_IXUSR))
    return _folder(files)


def _check_frame(content: bytes, most: int) -> None:
    at = content.rfind(_END_MARK, max(0, len(content) - _END.size - _LONGEST_COMMENT))
    if at < 0 or at + _END.size > len(content):
        raise InvalidInputError("The file is not a zip archive, or its end is missing.")
    _, disk, first_disk, here, count, size, start, comment = _END.unpack_from(content, at)
    if content[max(0, at - _ZIP64_LOCATOR_SIZE) : at].startswith(_ZIP64_MARK):
        raise InvalidInputError(
            "The zip uses the zip64 format, which no skill needs; make it again with an ordinary zip."
        )
    if disk or first_disk or here != count:
        raise InvalidInputError("The zip is one part of several; make it again as one file.")
    if at + _END.size + comment != len(content):
        raise InvalidInputError("The zip has bytes after its end; make it again with an ordinary zip.")
    if start + size != at or not content.startswith((_LOCAL_MARK, _END_MARK)):
        raise InvalidInputError("The zip has bytes that do not belong to it; make it again with an ordinary zip.")
    # The count that the archive declares is not to be trusted; each entry starts with this mark.
    entries = max(count, content.count(_CENTRAL_MARK, start, at))
    if entries > most:
        raise TooLargeError(f"The zip has {entries} entries; at most {most} are read.")


def _listing(content: bytes) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.infolist()
    except UnicodeDecodeError as error:
        raise InvalidInputError("The zip has a name that says it is UTF-8 and is not; rename that file.") from error
    except (zipfile.BadZipFile, NotImplementedError, struct.error, ValueError) as error:
        raise InvalidInputError(f"The zip cannot be read: {error}.") from error


def _check_layout(content: bytes, infos: list[zipfile.ZipInfo]) -> None:
    spans = sorted(
        (info.header_offset, _data_start(content, info) + info.compress_size, info.orig_filename) for info in infos
    )
    end = content.rfind(_END_MARK)
    for (_, stop, path), (following, _, _) in itertools.pairwise([*spans, (end, end, "")]):
        if stop > following:
            raise InvalidInputError(f"The zip is damaged: the data of {quoted(path)} runs into what follows.")


def _data_start(content: bytes, info: zipfile.ZipInfo) -> int:
    at = info.header_offset
    if not 0 <= at <= len(content) - _LOCAL.size:
        raise InvalidInputError(f"The zip is damaged: {quoted(info.orig_filename)} is not where it should be.")
    mark, *_, path_length, extra_length = _LOCAL.unpack_from(content, at)
    path = content[at + _LOCAL.size : at + _LOCAL.size + path_length]
    if mark != _LOCAL_MARK or path != _raw(info):
        raise InvalidInputError(f"The zip is damaged: its list of files and {quoted(info.orig_filename)} differ.")
    return at + _LOCAL.size + int(path_length) + int(extra_length)


def _check_entry(info: zipfile.ZipInfo) -> None:
    path, shown = info.orig_filename, quoted(info.orig_filename)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if not info.flag_bits & _UTF8 and not path.isascii():
        guess = quoted(_raw(info).decode("utf-8", "backslashreplace"))
        raise InvalidInputError(
            f"The name {guess} is not marked as UTF-8; rename the file to plain letters, or make the zip with a tool that "
            "marks it, such as `python3 -m zipfile -c`."
        )
    if any(other != _raw(info) for other in _other_names(info.extra)):
        raise InvalidInputError(f"The zip gives {shown} a second name; make it again with an ordinary zip.")
    fault = safe_paths.fault(path.removesuffix("/"))
    if fault:
        raise InvalidInputError(f"The path {shown} {fault}; only paths inside the skill's folder are accepted.")
    if info.flag_bits & _ENCRYPTED:
        raise InvalidInputError(f"{shown} is encrypted; make the zip again without a password.")
    if kind not in {0, stat.S_IFDIR if path.endswith("/") else stat.S_IFREG}:
        words = "a symbolic link" if kind == stat.S_IFLNK else "no plain file"
        raise InvalidInputError(f"{shown} is {words}; put a copy of the file in its place.")
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise InvalidInputError(
            f"{shown} is compressed by a rare method; make the zip again with the ordinary one (deflate)."
        )
    if path.endswith("/") and info.file_size:
        raise InvalidInputError(f"The zip is damaged: the folder {shown} has content.")


def _raw(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8 else "cp437")


def _other_names(extra: bytes) -> Iterator[bytes]:
    # Info-ZIP Unicode Path (APPNOTE 4.6.9): version, CRC of the header's name, and a name that some programs prefer.
    while len(extra) >= _EXTRA.size:
        tag, size = _EXTRA.unpack_from(extra)
        if tag == _UNICODE_PATH:
            yield extra[_EXTRA.size + 5 : _EXTRA.size + size]
        extra = extra[_EXTRA.size + size :]


def _data(content: bytes, info: zipfile.ZipInfo) -> bytes:
    start, shown = _data_start(content, info), quoted(info.orig_filename)
    packed = content[start : start + info.compress_size]
    whole, data = True, packed
    if info.compress_type == zipfile.ZIP_DEFLATED:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            # One byte more than declared is enough to know that the declaration lies.
            data = inflater.decompress(packed, info.file_size + 1)
        except zlib.error as error:
            raise InvalidInputError(f"The zip is damaged: {shown} cannot be unpacked.") from error
        whole = inflater.eof and not inflater.unused_data
    if len(data) != info.file_size or not whole:
        raise InvalidInputError(f"The zip is damaged: {shown} has another size than its list of files says.")
    if zlib.crc32(data) != info.CRC:
        raise InvalidInputError(f"The zip is damaged: the checksum of {shown} is wrong.")
    return data


def _is_litter(path: str) -> bool:
    return path.startswith("__MACOSX/") or path.rpartition("/")[2] == ".DS_Store"


def _folder(files: dict[str, Entry]) -> SkillFolder:
    if not files:
        raise InvalidInputError("The zip has no files.")
    top, *others = {path.partition("/")[0] for path in files}
    at_root = any(path.casefold() == SKILL_FILE.casefold() for path in files)
    if at_root:
        return SkillFolder(_name(files), dict(sorted(files.items())))
    if others or top in files:
        raise InvalidInputError(
            f"The zip has no `{SKILL_FILE}`: put it at the root, or zip the skill's folder as a whole."
        )
    return SkillFolder(top, {path[len(top) + 1 :]: entry for path, entry in sorted(files.items())})


def _name(files: dict[str, Entry]) -> str:
    said = prepare(SkillFolder(UNNAMED, files)).value("name")
    return said if isinstance(said, str) and name.fault(said) is None else UNNAMED
