"""What a request of the handshake era asks for, as far as it must be known before the SDK gets it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import msgspec
from starlette.types import Message, Receive

from mcpskills.errors import InvalidInputError, TooLargeError
from mcpskills_server.mcp.wire import UNREADABLE

_T = TypeVar("_T")


class Asked(msgspec.Struct):
    """A message of JSON-RPC. A client's answer to a question of ours has no method."""

    method: str | None = None
    id: int | str | float | None = None
    params: msgspec.Raw = msgspec.Raw()

    @property
    def tool(self) -> str | None:
        """The name of the tool that is called, if one is."""
        if self.method != "tools/call":
            return None
        try:
            return _CALL.decode(self.params).name
        except UNREADABLE:
            return None

    def introduction(self) -> "Introduction":
        """What the client says of itself in `initialize`. Raises `InvalidInputError`."""
        said = _read(_SAID, self.params)
        capabilities = bytes(said.capabilities)
        things = capabilities.count(b"{") + capabilities.count(b"[")
        if len(capabilities) > MOST_BYTES or things > MOST_THINGS:
            raise TooLargeError(
                f"A client's capabilities have at most {MOST_BYTES:,} bytes and {MOST_THINGS} objects and lists; "
                f"these have {len(capabilities):,} and {things}."
            )
        info = {name: said.client_info[name] for name in _KEPT if name in said.client_info}
        can = _read(_CAPABILITIES, capabilities or b"{}")
        return Introduction({name: value[:LONGEST] for name, value in info.items() if isinstance(value, str)}, can)


@dataclass(frozen=True, slots=True)
class Introduction:
    """As much of what a client says of itself as is kept."""

    info: Mapping[str, Any]
    capabilities: Mapping[str, Any]


MOST_BYTES: Final = 4 * 1024
MOST_THINGS: Final = 100
"""Objects and lists, which take many times their bytes in memory."""

LONGEST: Final = 200

_KEPT: Final = ("name", "title", "version")
"""Icons, for one, may be as large as pictures are."""


class _Said(msgspec.Struct, rename="camel"):
    client_info: dict[str, Any] = {}
    capabilities: msgspec.Raw = msgspec.Raw()


class _Call(msgspec.Struct):
    name: str


_SAID = msgspec.json.Decoder(_Said)
_CAPABILITIES = msgspec.json.Decoder(dict[str, Any])
_CALL = msgspec.json.Decoder(_Call)
_ASKED = msgspec.json.Decoder(Asked)

NOTHING = Asked()


def read(body: bytes) -> Asked:
    """`NOTHING` for what is no single message: the SDK says what is wrong with it."""
    try:
        return _ASKED.decode(body)
    except UNREADABLE:
        return NOTHING


def _read(decoder: msgspec.json.Decoder[_T], said: bytes | msgspec.Raw) -> _T:
    try:
        return decoder.decode(said)
    except UNREADABLE as error:
        raise InvalidInputError(f"What a client says of itself cannot be read: {error}.") from error


async def body_of(receive: Receive) -> bytes | None:
    """The whole body; None when the client went away before its end."""
    parts = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def again(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body once more."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay
