"""What is handed out of a live version most of the time, ready to be sent: it is kept as JSON."""

from urllib.parse import quote

import msgspec

from mcpskills.folder import SKILL_FILE
from mcpskills.skill import Skill, file_kind
from mcpskills.version import Version

_encode = msgspec.json.Encoder().encode
_QUOTE = len('"')


class OutlinedFile(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True, gc=False):
    """A file of the manifest. `address` is the path, percent-encoded."""

    path: str
    address: str
    size: int
    digest: str


class Outline(msgspec.Struct, array_like=True, forbid_unknown_fields=True, frozen=True, gc=False):
    """What is needed of a live version to hand out its instructions. Checkpoints have the fields in this order.

    All bytes are JSON. `name`, `digest`, `commit`, `description`, `lines` and `text` are what stands between the quotation marks
    of a string. `text` is SKILL.md, in which the text after the frontmatter starts at the byte `body_at`; it has `length`
    characters. `plain` says that it is a prompt without anything to be filled in. `listed` has the `others`, files beside
    SKILL.md, as objects, and `lines` as text. `addresses` are theirs, each in a line.
    """

    name: bytes
    number: bytes
    digest: bytes
    commit: bytes
    packed_files: msgspec.Raw
    others: int
    plain: bool
    length: bytes
    description: bytes
    frontmatter: bytes
    listed: bytes
    lines: bytes
    addresses: bytes
    body_at: int
    text: memoryview

    @property
    def body(self) -> memoryview:
        """The text after the frontmatter."""
        return self.text[self.body_at :]

    @property
    def files(self) -> tuple[OutlinedFile, ...]:
        """What the manifest has. Raises `msgspec.MsgspecError` for a checkpoint that is wrong."""
        return _files.decode(self.packed_files)


_files = msgspec.msgpack.Decoder(tuple[OutlinedFile, ...])


def outline(skill: Skill, version: Version, instructions: bytes) -> Outline:
    """`instructions` are the bytes of SKILL.md, which ends in the skill's body."""
    head = instructions[: len(instructions) - len(skill.body.encode())].decode()
    files = version.manifest.files
    others = [file for file in files if file.path != SKILL_FILE]
    return Outline(
        name=_inside(skill.name),
        number=b"%d" % version.number,
        digest=_inside(version.digest),
        commit=_inside(version.origin.commit),
        packed_files=msgspec.Raw(
            msgspec.msgpack.encode(
                [OutlinedFile(file.path, quote(file.path), file.size, file.digest) for file in files]
            )
        ),
        others=len(others),
        plain=skill.user_invocable and "$" not in skill.body,
        length=b"%d" % len(skill.body),
        description=_inside(skill.description),
        frontmatter=_encode(skill.frontmatter),
        listed=_encode([{"path": file.path, "kind": file_kind(file.path), "size": file.size} for file in others]),
        lines=_inside("\n".join(line(file.path, file.size) for file in others)),
        addresses="\n".join(quote(file.path) for file in others).encode(),
        body_at=len(_inside(head)),
        text=memoryview(_inside(instructions.decode())),
    )


def line(path: str, size: int) -> str:
    """A file as a model reads of it."""
    return f"- {path} ({file_kind(path)}, {size} bytes)"


def _inside(text: str) -> bytes:
    """The text as it stands in a string of JSON, without the quotation marks around it."""
    return _encode(text)[_QUOTE:-_QUOTE]
