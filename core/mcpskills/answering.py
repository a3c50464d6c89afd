"""An answer on its way to its client: what a server is asked most is answered in one piece, and goes to the system as one."""

import asyncio
from collections.abc import Awaitable
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    RequestResponseCycle,
)

from mcpskills.asgi import WHOLE, Repeat

SMALL: Final = 64 * 1024
"""Bytes that every connection may make the process hold; an answer that is larger is not copied to be in one piece."""

_LINES: Final = 1_024
_LINE_BYTES: Final = 256


class Gathering:
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
        if self._size > SMALL:
            self._flush()

    def write_whole(self, *parts: bytes) -> None:
        """Write what nothing more belongs to."""
        if self._parts:
            self.write(b"".join(parts))
        elif not self.is_closing():
            self._transport.write(b"".join(parts))

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


def _nothing() -> None:
    return


class _Start(NamedTuple):
    """The start of an answer that says how long it is. `lines` are its headers as they are sent."""

    message: Any
    lines: bytes
    length: int


class Answering(RequestResponseCycle):
    """uvicorn's, but for answers that come as one message of a known length: those take a fifth of the time."""

    again: Repeat | None = None
    """Answers what has the same header, where the application offers it."""

    _start: _Start | None = None
    _event: asyncio.Event | None = None

    @property
    def message_event(self) -> asyncio.Event:
        """Made when somebody waits for it, which is nobody where an answer is given at once."""
        if self._event is None:
            self._event = asyncio.Event()
            # What it tells of may have come before.
            if self.body or not self.more_body or self.disconnected or self.response_complete:
                self._event.set()
        return self._event

    @message_event.setter
    def message_event(self, _: object) -> None:
        """What uvicorn gives is not kept."""

    def wake(self) -> None:
        """Tell whoever waits that something came."""
        if self._event is not None:
            self._event.set()

    @property
    def is_whole(self) -> bool:
        """Whether the request is all there, and may be answered at once."""
        return (
            not self.more_body
            and len(self.body) <= SMALL
            and self.keep_alive
            and self.scope["method"] != "HEAD"
            and not (self.disconnected or self.flow.write_paused or self.access_log)
        )

    @property
    def content(self) -> bytes:
        return bytes(self.body)

    def answer(self, lines: bytes, *body: bytes) -> None:
        """See `asgi.Whole`."""
        if not self.disconnected:
            self._finish()
            send_whole(self.transport, self.default_headers, lines, *body)
            self._tell()

    def repeat(self, again: Repeat) -> None:
        """See `asgi.Whole`."""
        self.again = again

    async def run(self, answering: Awaitable[None]) -> None:
        """Wait until the application has answered, and heed whatever else it does."""
        try:
            await self.run_asgi(lambda *_: answering)
        finally:
            self.scope.pop(WHOLE, None)  # type: ignore[typeddict-item]  # which has this object in it

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start" and not self.response_started:
            self._start = _start(message)
            if self._start is not None:
                return
        elif self._start is not None:
            start, self._start = self._start, None
            if self._is_plain(start, message):
                self._finish()
                _send(
                    self.transport,
                    self.default_headers,
                    STATUS_LINE[start.message["status"]],
                    start.lines,
                    message.get("body", b""),
                )
                self._tell()
                return
            await super().send(start.message)
        await super().send(message)

    def _is_plain(self, start: _Start, message: Any) -> bool:
        """Whether this message is the whole body, and nothing else is to be heeded."""
        return (
            message["type"] == "http.response.body"
            and not message.get("more_body", False)
            and len(message.get("body", b"")) == start.length <= SMALL
            and self.keep_alive
            and self.scope["method"] != "HEAD"
            and not (self.disconnected or self.flow.write_paused or self.access_log)
        )

    def _finish(self) -> None:
        self.response_started = self.response_complete = True
        self.waiting_for_100_continue = False
        self.wake()

    def _tell(self) -> None:
        answered, self.on_response = self.on_response, _nothing
        answered()


_OK: Final = STATUS_LINE[HTTPStatus.OK]


class _Defaults:
    """The headers that uvicorn adds to every answer; it makes them anew each second."""

    def __init__(self) -> None:
        self._headers: object = None
        self._lines = b""

    def of(self, headers: list[tuple[bytes, bytes]]) -> bytes:
        if headers is not self._headers:
            self._headers, self._lines = headers, b"".join(b"%b: %b\r\n" % pair for pair in headers)
        return self._lines


_DEFAULTS: Final = _Defaults()


def send_whole(transport: Any, default_headers: list[tuple[bytes, bytes]], lines: bytes, *body: bytes) -> None:
    """Send an answer with 200 in one piece. The transport is a `Gathering`; see `asgi.Answer`."""
    _send(transport, default_headers, _OK, b"%bcontent-length: %d\r\n" % (lines, sum(map(len, body))), *body)


def _send(
    transport: Any, default_headers: list[tuple[bytes, bytes]], status: bytes, lines: bytes, *body: bytes
) -> None:
    transport.write_whole(status, _DEFAULTS.of(default_headers), lines, b"\r\n", *body)


_known: Final[dict[tuple[bytes, bytes], bytes]] = {}


def _start(message: Any) -> _Start | None:
    """None for an answer that does not say how long it is, or has a header that uvicorn must look at."""
    length, lines = -1, []
    for name, value in message.get("headers", ()):
        line = _known.get((name, value))
        if line is None:
            if name == b"content-length" and value.isdigit():
                length, line = int(value), b"content-length: %b\r\n" % value
            else:
                line = _line(name, value)
        if line is None:
            return None
        lines.append(line)
    return _Start(message, b"".join(lines), length) if length >= 0 else None


_HEEDED: Final = frozenset({b"connection", b"transfer-encoding", b"content-length"})


def _line(name: bytes, value: bytes) -> bytes | None:
    if name.lower() in _HEEDED or HEADER_RE.search(name) or HEADER_VALUE_RE.search(value):
        return None
    line = b"%b: %b\r\n" % (name.lower(), value)
    if len(line) <= _LINE_BYTES:
        if len(_known) >= _LINES:
            _known.clear()
        _known[name, value] = line
    return line
