"""One HTTP connection of a process: what a client may keep waiting, and how much it may make the process hold.

uvicorn waits for the rest of a request for ever, keeps a header of any length, and an answer until its client has taken it.
"""

import asyncio
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mcpskills import refusing
from mcpskills.answering import SMALL, Answering, Gathering, send_whole
from mcpskills.asgi import DONE, WHOLE, Repeat
from mcpskills.held import Held
from mcpskills.known_headers import KnownHeaders, Said
from mcpskills.refusing import Refusal, problem

_LOOKS: Final = 3
"""An answer is looked after once in so many times the patience: the system takes it in large pieces."""

_LEAST_TAKEN: Final = 16 * 1024
"""Bytes of an answer that its client must take between two looks."""


_LONGEST_PATH: Final = 200
_OF_UPGRADE: Final = frozenset({b"upgrade", b"http2-settings"})


@dataclass(frozen=True, slots=True)
class Limits:
    """What clients may do to a process. `held` bounds what all together make it hold, requests and answers apart."""

    patience: float = 10
    """Seconds that a client may take to send a header, and between two parts of a body."""

    head_bytes: int = 64 * 1024
    """Of a header, and of what stands between and after the parts of a body."""

    body_bytes: int = 16 * 1024 * 1024
    """Of a body, above what any part of an application takes."""

    refusal: Refusal = problem

    pipelined: int = 16
    """Requests that may wait for the answers to those before them on the same connection."""

    bodies: Held = field(default_factory=lambda: Held(256 * 1024 * 1024))
    answers: Held = field(default_factory=lambda: Held(256 * 1024 * 1024))

    def protocol(self) -> type["Connection"]:
        """For `uvicorn.Config`, which makes an object of it for each connection."""
        return type("_LimitedConnection", (Connection,), {"limits": self})


class _TooMuch(Exception):  # noqa: N818 it never leaves the parser
    """Ends the parsing of a request; `_refused` says why."""


def _target(url: bytes) -> tuple[bytes, bytes, str, bytes]:
    """With the path as it came, its plain spelling, and the query. A client mostly asks at the address of its last request."""
    parsed = httptools.parse_url(url)
    path = parsed.path.decode("ascii")
    return url, parsed.path, unquote(path) if "%" in path else path, parsed.query or b""


async def _raising(error: Exception) -> None:
    raise error


class Connection(HttpToolsProtocol):
    """Is closed when its client keeps it waiting, or sends or asks for more than `limits` allow."""

    limits: Limits
    cycle: Answering
    _begun: Answering | None = None
    _answered: Answering | None = None
    _waiting: asyncio.TimerHandle | None = None
    _looking: asyncio.TimerHandle | None = None
    _refused: HTTPStatus = HTTPStatus.BAD_REQUEST
    _plain = b""
    _between = True
    """Whether nothing has come of the next request."""

    _known: KnownHeaders | None = None
    _is_told = False
    """Whether the answer to the request with a known header is sent."""

    url = b""
    _target = (b"", b"", "", b"")
    _since = 0.0
    _part = 0
    _unread = 0
    _body = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self.transport = Gathering(transport, self.loop)  # type: ignore[assignment]  # all that uvicorn asks of one
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
        if self._known is not None and self._repeats(self._known, data):
            return
        between = self._between
        self._part = len(data)
        self._unread += self._part
        try:
            self._feed(data)
        except httptools.HttpParserError:
            self._start_begun()
            self._refuse(self._refused)
            return
        self._start_begun()
        if self._unread > self.limits.head_bytes and not self.transport.is_closing():
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif between and self._between:
            self._know(data)

    def _repeats(self, known: KnownHeaders, data: bytes) -> bool:
        """Answer a request whose header is known, and which is all that came, as the application has offered."""
        is_next = self._between and self.cycle.response_complete and not self.pipeline
        if not is_next or self.flow.write_paused or self.transport.is_closing():
            return False
        found = known.read(data)
        if found is None or not self._is_repeated(*found):
            return False
        known.answered()
        self._unread = 0
        return True

    def _is_repeated(self, again: Repeat, said: Said) -> bool:
        self._is_told = False
        try:
            again(*said, self._answer)
        except Exception:
            # What was not answered is read as any other, and whatever is wrong with it is said then.
            self.logger.exception("Exception in ASGI application\n")
        if not self._is_told:
            return False
        self.server_state.total_requests += 1
        self._wait()
        return True

    def _answer(self, lines: bytes, *body: bytes) -> None:
        """See `asgi.Answer`."""
        self._is_told = True
        send_whole(self.transport, self.server_state.default_headers, lines, *body)

    def _know(self, data: bytes) -> None:
        """Keep the header of the request that was all that came, if the application offers to answer such ones."""
        cycle = self.cycle
        if cycle is None or cycle.again is None:
            return
        again, cycle.again = cycle.again, None
        if self._known is None:
            self._known = KnownHeaders()
        self._known.learn(b"" if self.expect_100_continue else data, cycle.content, again)

    def _feed(self, data: bytes) -> None:
        while data:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                plain, self._plain = self._plain, b""
                if not plain:
                    return
                self.parser = httptools.HttpRequestParser(self)
                data = plain + data[upgrade.args[0] :]
            else:
                return

    # What the parser finds. `_unread` counts what came since it found the end of a header, or a part of a body.

    def on_message_begin(self) -> None:
        self._between = False
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        # White space after a value is no part of it (RFC 9110, 5.5); httptools leaves it there.
        value = value.rstrip(b" \t")
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        if max(self._part, self._unread) > self.limits.head_bytes:
            self._weigh()
        if len(self.pipeline) >= self.limits.pipelined:
            raise self._too_much(HTTPStatus.TOO_MANY_REQUESTS)
        if self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT":
            self._plain = self._without_upgrade()
            return
        self._begin()
        self._unread = self._body = 0
        self._wait()

    def on_body(self, body: bytes) -> None:
        self._body += len(body)
        if self._body > self.limits.body_bytes:
            raise self._too_much(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        cycle = self.cycle
        if not cycle.response_complete:
            cycle.body += body
            if self._body > SMALL:
                self._heed_body()
            cycle.wake()
        self._unread = 0
        self._wait()

    def on_message_complete(self) -> None:
        self._between = True
        cycle = self.cycle
        if not (self._plain or cycle.response_complete):
            cycle.more_body = False
            cycle.wake()

    # What becomes of the answer.

    def on_response_complete(self) -> None:
        if self._body > SMALL:
            self.limits.bodies.release(self)
        self.server_state.total_requests += 1
        self._wait()
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start(self.pipeline.pop()[0])

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

    def _heed_body(self) -> None:
        """A large body is held back as far as nobody reads it, and counts among all that are held."""
        if len(self.cycle.body) > HIGH_WATER_LIMIT:
            self.flow.pause_reading()
        self.limits.bodies.keep(self, self._body)

    def _too_much(self, status: HTTPStatus) -> type[_TooMuch]:
        self._refused = status
        return _TooMuch

    def _begin(self) -> None:
        """What uvicorn does of itself with a header, but with an answer of our kind, and for all that we let it serve."""
        parser, scope = self.parser, self.scope
        if self.url != self._target[0]:
            self._target = _target(self.url)
        version = parser.get_http_version()
        scope["method"] = parser.get_method().decode("ascii")
        scope["http_version"] = version
        _, scope["raw_path"], scope["path"], scope["query_string"] = self._target
        before = self.cycle
        self.cycle = Answering(
            scope=scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=None,  # type: ignore[arg-type]  # `Answering` makes one when somebody waits
            expect_100_continue=self.expect_100_continue,
            keep_alive=version != "1.0" and parser.should_keep_alive(),
            on_response=self.on_response_complete,
        )
        if before is None or before.response_complete:
            self._begun = self.cycle
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def _without_upgrade(self) -> bytes:
        """The header once more, but for the wish to go on in another protocol, which we may ignore (RFC 9110, 7.8).

        The parser takes whatever follows such a header to be of that protocol, bodies as well. Java's HttpClient wishes for
        HTTP/2 with its first request on every connection.
        """
        method, version = self.parser.get_method(), self.parser.get_http_version().encode()
        lines = [b"%b %b HTTP/%b" % (method, self.url, version)]
        for name, value in self.headers:
            if name == b"connection":
                kept = [token for token in value.split(b",") if token.strip().lower() not in _OF_UPGRADE]
                lines += [b"connection: " + b",".join(kept)] if kept else []
            elif name not in _OF_UPGRADE:
                lines.append(b"%b: %b" % (name, value))
        if any(b"\r" in line or b"\n" in line for line in lines):
            raise self._too_much(HTTPStatus.BAD_REQUEST)
        return b"\r\n".join((*lines, b"", b""))

    def _weigh(self) -> None:
        """A header that may have come in one part with other things is weighed by itself."""
        around = len(b": \r\n")
        if len(self.url) + sum(len(n) + len(v) + around for n, v in self.headers) > self.limits.head_bytes:
            raise self._too_much(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def _start_begun(self) -> None:
        """Start answering the request of which all is read that has come, as nothing else is being answered."""
        begun, self._begun = self._begun, None
        if begun is not None:
            self._start(begun)

    def _start(self, cycle: Any) -> None:
        """What is answered at once takes no task, and leaves nothing behind."""
        self._answered = cycle
        if cycle.is_whole:
            cycle.scope[WHOLE] = cycle
        try:
            answering = self.app(cycle.scope, cycle.receive, cycle.send)
        except Exception as error:  # noqa: BLE001 uvicorn logs whatever an application raises, and answers 500
            answering = _raising(error)
        if answering is not DONE:
            cycle.again = None
            task = self.loop.create_task(cycle.run(answering))
            task.add_done_callback(self.tasks.discard)
            self.tasks.add(task)

    def _tell_of_end(self) -> None:
        """Tell what is answering, too, when more requests came after it; uvicorn tells the last one only."""
        if self._answered is not None and not self._answered.response_complete:
            self._answered.disconnected = True
            self._answered.wake()

    def _refuse(self, status: HTTPStatus) -> None:
        """Say why, if the refused request is the next to be answered, and close."""
        cycle = self.cycle
        in_its_body = cycle is not None and cycle.more_body and not cycle.response_started and not self.pipeline
        between = cycle is None or (cycle.response_complete and not cycle.more_body)
        if between or in_its_body:
            path = self.url[:_LONGEST_PATH].partition(b"?")[0].decode("latin-1")
            answer = refusing.answer(status, path, self.limits.refusal, self.server_state.default_headers)
            self.transport.write(answer)
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
