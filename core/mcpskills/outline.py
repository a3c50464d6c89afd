"""What is handed out of a live version most of the time, ready to be sent: its texts are kept as JSON."""

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

    `text` is SKILL.md as a string of JSON, in which the text after the frontmatter starts at the byte `body_at`; it has `length`
    characters. `frontmatter` and `description` are JSON, too. `plain` says that it is a prompt without anything to be filled in.
    `listed` has the `others`, files beside SKILL.md, as objects of JSON, and `lines` as text inside a string of JSON. `addresses`
    are theirs, each in a line.
    """

    name: str
    number: int
    digest: str
    commit: str
    packed_files: msgspec.Raw
    others: int
    plain: bool
    length: int
    description: memoryview
    frontmatter: memoryview
    listed: memoryview
    lines: memoryview
    addresses: memoryview
    body_at: int
    text: memoryview

    @property
    def body(self) -> memoryview:
        """The text after the frontmatter, as a string of JSON without its first quotation mark."""
        return self.text[self.body_at :]

    @property
    def files(self) -> tuple[OutlinedFile, ...]:
        """What the manifest has. Raises `msgspec.MsgspecError` for a checkpoint that is wrong."""
        return _files.decode(self.packed_files)


_files = msgspec.msgpack.Decoder(tuple[OutlinedFile, ...])


def outline(skill: Skill, version: Version, instructions: bytes) -> Outline:
    """`instructions` are the bytes of SKILL.md, which ends in the skill's body."""
    head = instructions[: len(instructions) - len(skill.body.encode())]
    files = version.manifest.files
    others = [file for file in files if file.path != SKILL_FILE]
    return Outline(
        name=skill.name,
        number=version.number,
        digest=version.digest,
        commit=version.origin.commit,
        packed_files=msgspec.Raw(
            msgspec.msgpack.encode(
                [OutlinedFile(file.path, quote(file.path), file.size, file.digest) for file in files]
            )
        ),
        others=len(others),
        plain=skill.user_invocable and "$" not in skill.body,
        length=len(skill.body),
        description=memoryview(_encode(skill.description)),
        frontmatter=memoryview(_encode(skill.frontmatter)),
        listed=memoryview(
            _encode([{"path": file.path, "kind": file_kind(file.path), "size": file.size} for file in others])
        ),
        lines=memoryview(_encode("\n".join(line(file.path, file.size) for file in others))[_QUOTE:-_QUOTE]),
        addresses=memoryview("\n".join(quote(file.path) for file in others).encode()),
        body_at=len(_encode(head.decode())) - _QUOTE,
        text=memoryview(_encode(instructions.decode())),
    )


def line(path: str, size: int) -> str:
    """A file as a model reads of it."""
    return f"- {path} ({file_kind(path)}, {size} bytes)"
