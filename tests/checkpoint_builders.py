"""Checkpoints that no publisher of this release would write."""

import zlib
from collections.abc import Callable
from typing import Any

import msgspec

_BLOCKS, _NAME, _OUTLINED, _FRONTMATTER, _TEXT = 2, 0, 3, 9, -1


def with_an_unreadable_skill(content: bytes, name: str) -> bytes:
    """The same checkpoint, but for the frontmatter of one skill."""

    def spoil(outlined: list[Any]) -> None:
        outlined[_FRONTMATTER] = b"{"

    return _with(content, name, spoil)


def with_an_unreadable_outline(content: bytes, name: str) -> bytes:
    """The same checkpoint, but for the text of one skill."""

    def spoil(outlined: list[Any]) -> None:
        outlined[_TEXT] = 7

    return _with(content, name, spoil)


def _with(content: bytes, name: str, spoil: Callable[[list[Any]], None]) -> bytes:
    rows = msgspec.msgpack.decode(content)
    rows[_BLOCKS] = [_spoilt(block, name, spoil) for block in rows[_BLOCKS]]
    return msgspec.msgpack.encode(rows)


def _spoilt(block: bytes, name: str, spoil: Callable[[list[Any]], None]) -> bytes:
    skills = msgspec.msgpack.decode(zlib.decompress(block))
    for skill in skills:
        if skill[_NAME] == name:
            spoil(skill[_OUTLINED])
    return zlib.compress(msgspec.msgpack.encode(skills))
