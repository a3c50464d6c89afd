"""The shapes of ASGI (specification 3.0), as Starlette has them; importing them from there would import Starlette."""

from collections.abc import Awaitable, Callable, Generator, MutableMapping
from typing import Any, Final, Protocol, TypeAlias

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

WHOLE: Final = "mcpskills.whole"
"""Where the scope of a request that has come whole has a `Whole`.

An extension of ours: an application that is no coroutine function may answer when it is called, and return `DONE`. That spares
a task and all that one waits for. Nothing may be left in context variables then, as they are those of the connection. Whoever
takes it out of the scope answers, or hands on what answers as ever.
"""


Answer: TypeAlias = Callable[..., None]
"""Answers with 200, these lines of a header, each with its end, and a body in parts: `(lines: bytes, *body: bytes)`."""

Repeat: TypeAlias = Callable[[bytes | None, bytes, Answer], None]
"""Answers a request whose header is known, by what its Mcp-Name says, or None without one, and its body, if it can and may.

What it leaves unanswered is read as any other request, so nothing has been counted of it then.
"""


class Whole(Protocol):
    @property
    def content(self) -> bytes:
        """The body of the request."""

    def answer(self, lines: bytes, *body: bytes) -> None:
        """Answer as `Answer` says. Once, and nothing else then."""

    def repeat(self, again: Repeat) -> None:
        """Have the next requests of this connection asked of `again` first, if they have this header.

        It differs by its Content-Length and its Mcp-Name at most, and comes from the same client.
        """


class _Done:
    def __await__(self) -> Generator[Any, Any, None]:
        yield from ()


DONE: Final[Awaitable[None]] = _Done()
"""What is to be waited for when all is done."""
