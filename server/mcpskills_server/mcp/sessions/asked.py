"""What a request of the handshake era asks for, as far as it must be known before the SDK gets it."""

from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.types import Message, Receive


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
        except (msgspec.DecodeError, RecursionError):
            return None

    def fields(self) -> Mapping[str, Any]:
        """The parameters."""
        found = msgspec.json.decode(self.params)
        return found if isinstance(found, dict) else {}


class _Call(msgspec.Struct):
    name: str


_CALL = msgspec.json.Decoder(_Call)
_ASKED = msgspec.json.Decoder(Asked)

NOTHING = Asked()


def read(body: bytes) -> Asked:
    """`NOTHING` for what is no single message: the SDK says what is wrong with it."""
    try:
        return _ASKED.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return NOTHING


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
