"""One HTTP connection of a process: what a client may keep waiting, and how much it may make the process hold.

uvicorn waits for the rest of a request for ever, keeps a header of any length, and an answer until its client has taken it.
"""

import asyncio
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

_LOOKS: Final = 3
"""An answer is looked after once in so many times the patience: the system takes it in large pieces."""

_LEAST_TAKEN: Final = 16 * 1024
"""Bytes of an answer that its client must take between two looks."""

_BLANKS: Final = (b" ", b"\t")

_SMALL: Final = 64 * 1024
"""Bytes that every connection may make the process hold; what is more, all of them share."""


class Held:
    """Connections that make the process hold much, and how many bytes. Above `most` those are cut first that came first.

    So who asks much and takes nothing shuts nobody out but others who do the same.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes: dict[Connection, int] = {}
        self._sum = 0

    def keep(self, connection: "Connection", size: int) -> None:
        """The connection holds so much now."""
        self._sum += size - self._bytes.get(connection, 0)
        self._bytes[connection] = size
        while self._sum > self._most:
            first = next(iter(self._bytes))
            self.release(first)
            first.transport.abort()

    def release(self, connection: "Connection") -> None:
        self._sum -= self._bytes.pop(connection, 0)


@dataclass(frozen=True, slots=True)
class Limits:
    """What clients may do to a process. `held` bounds what all together make it hold, requests and answers apart."""

    patience: float = 10
    """Seconds that a client may take to send a header, and between two parts of a body."""

    head_bytes: int = 64 * 1024
    """Of a header, and of what stands between and after the parts of a body."""

    body_bytes: int = 16 * 1024 * 1024
    """Of a body, above what any part of an application takes."""

    pipelined: int = 16
    """Requests that may wait for the answers to those before them on the same connection."""

    bodies: Held = field(default_factory=lambda: Held(256 * 1024 * 1024))
    answers: Held = field(default_factory=lambda: Held(256 * 1024 * 1024))

    def protocol(self) -> type["Connection"]:
        """For `uvicorn.Config`, which makes an object of it for each connection."""
        return type("_LimitedConnection", (Connection,), {"limits": self})


class _TooMuch(Exception):  # noqa: N818 it never leaves the parser
    """Ends the parsing of a request; `_refused` says why."""


class _Gathering:
    """A transport that sends what is written within one turn of the event loop as one piece.

    uvicorn writes the head of an answer and its body one after the other, and each write would be a call to the system, a packet,
    and a client that wakes up for the half of an answer.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._parts: list[bytes] = []
        self._size = 0
        self.is_closing = transport.is_closing
        self.get_extra_info = transport.get_extra_info
        self.pause_reading = transport.pause_reading
        self.resume_reading = transport.resume_reading
        self.set_protocol = transport.set_protocol
        self.get_protocol = transport.get_protocol

    def write(self, data: bytes) -> None:
        if not self._parts:
            self._loop.call_soon(self._flush)
        self._parts.append(data)
        self._size += len(data)
        if self._size > _SMALL:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        self._parts, self._size = [], 0
        self._transport.abort()

    def get_write_buffer_size(self) -> int:
        return self._transport.get_write_buffer_size() + self._size

    def _flush(self) -> None:
        parts, self._parts, self._size = self._parts, [], 0
        if parts and not self.is_closing():
            self._transport.write(parts[0] if len(parts) == 1 else b"".join(parts))


class Connection(HttpToolsProtocol):
    """Is closed when its client keeps it waiting, or sends or asks for more than `limits` allow."""

    limits: Limits
    _answered: RequestResponseCycle | None = None
    _waiting: asyncio.TimerHandle | None = None
    _looking: asyncio.TimerHandle | None = None
    _refused: HTTPStatus = HTTPStatus.BAD_REQUEST
    _since = 0.0
    _part = 0
    _unread = 0
    _body = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self.transport = _Gathering(transport, self.loop)  # type: ignore[assignment]  # all that uvicorn asks of one
        self._wait()
        self._waiting = self.loop.call_later(self.limits.patience, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._waiting, self._looking):
            if timer is not None:
                timer.cancel()
        self.limits.bodies.release(self)
        self.limits.answers.release(self)
        super().connection_lost(exc)
        self._tell_of_end()

    def data_received(self, data: bytes) -> None:
        self._part = len(data)
        self._unread += self._part
        super().data_received(data)
        if self._unread > self.limits.head_bytes and not self.transport.is_closing():
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    # What the parser finds. `_unread` counts what came since it found the end of a header, or a part of a body.

    def on_headers_complete(self) -> None:
        if max(self._part, self._unread) > self.limits.head_bytes:
            self._weigh()
        if len(self.pipeline) >= self.limits.pipelined:
            raise self._too_much(HTTPStatus.TOO_MANY_REQUESTS)
        # White space after a value is no part of it (RFC 9110, 5.5); httptools leaves it there.
        for place, (name, value) in enumerate(self.headers):
            if value.endswith(_BLANKS):
                self.headers[place] = name, value.rstrip(b" \t")
        super().on_headers_complete()
        self._unread = self._body = 0
        self._wait()

    def on_body(self, body: bytes) -> None:
        self._body += len(body)
        if self._body > self.limits.body_bytes:
            raise self._too_much(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        super().on_body(body)
        self._unread = 0
        self._wait()
        if self._body > _SMALL and not self.cycle.response_complete:
            self.limits.bodies.keep(self, self._body)

    # What becomes of the answer.

    def on_response_complete(self) -> None:
        self.limits.bodies.release(self)
        super().on_response_complete()
        self._wait()

    def pause_writing(self) -> None:
        super().pause_writing()
        self.limits.answers.keep(self, self.transport.get_write_buffer_size())
        self._look(None)

    def resume_writing(self) -> None:
        super().resume_writing()
        self.limits.answers.release(self)
        if self._looking is not None:
            self._looking.cancel()
        self._wait()

    def send_400_response(self, msg: str) -> None:
        """Called for whatever the parser does not take."""
        del msg
        self._refuse(self._refused)

    def _too_much(self, status: HTTPStatus) -> type[_TooMuch]:
        self._refused = status
        return _TooMuch

    def _weigh(self) -> None:
        """A header that may have come in one part with other things is weighed by itself."""
        around = len(b": \r\n")
        if len(self.url) + sum(len(n) + len(v) + around for n, v in self.headers) > self.limits.head_bytes:
            raise self._too_much(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answered = cycle
        super()._start_asgi_task(cycle, app)

    def _tell_of_end(self) -> None:
        """Tell what is answering, too, when more requests came after it; uvicorn tells the last one only."""
        if self._answered is not None and not self._answered.response_complete:
            self._answered.disconnected = True
            self._answered.message_event.set()

    def _refuse(self, status: HTTPStatus) -> None:
        """Say why, if the refused request is the next to be answered, and close."""
        cycle = self.cycle
        in_its_body = cycle is not None and cycle.more_body and not cycle.response_started and not self.pipeline
        between = cycle is None or (cycle.response_complete and not cycle.more_body)
        if between or in_its_body:
            text = f"{status.phrase}\n".encode()
            head = f"HTTP/1.1 {status} {status.phrase}\r\ncontent-type: text/plain\r\ncontent-length: {len(text)}\r\n"
            always = b"".join(b"%b: %b\r\n" % each for each in self.server_state.default_headers)
            self.transport.write(head.encode() + always + b"connection: close\r\n\r\n" + text)
        self._tell_of_end()
        self.transport.close()

    def _wait(self) -> None:
        """Have patience anew; a timer for each request would cost more than what it is to guard."""
        self._since = self.loop.time()

    def _give_up(self) -> None:
        left = self._since + self.limits.patience - self.loop.time()
        if left <= 0:
            left = self.limits.patience
            self._wait()
            if not self._is_given_time():
                return
        self._waiting = self.loop.call_later(left, self._give_up)

    def _is_given_time(self) -> bool:
        """Close a connection whose client has used up the patience; False when nothing is left of it."""
        closing = self.transport.is_closing()
        answering = self.cycle is not None and not self.cycle.response_complete
        client_waits = answering and (self.flow.read_paused or not self.cycle.more_body)
        if closing and not self.flow.write_paused:
            self.transport.abort()  # a little is left that nobody takes
            return False
        if not closing and not client_waits:
            self.transport.close()
        return True

    def _look(self, before: int | None) -> None:
        """Cut a client that took next to nothing since there were so many bytes for it; nothing is added meanwhile."""
        unsent = self.transport.get_write_buffer_size()
        if before is not None and before - unsent < _LEAST_TAKEN:
            self.transport.abort()
        else:
            self._looking = self.loop.call_later(self.limits.patience * _LOOKS, self._look, unsent)
