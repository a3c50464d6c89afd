"""A proxy on loopback in front of a real server that does wrong what a network or a busy service does wrong, when told to.

Without faults every request goes through as it came, with its `Host` header, so that signatures stay good.
"""

import contextlib
import http.client
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from urllib.parse import urlsplit

_OF_ONE_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "expect", "content-length"}
_WAIT_SECONDS = 60


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def operation(self) -> str:
        """What is asked for: DynamoDB's operation such as `GetItem`, else the method such as `PUT`."""
        return self.headers.get("X-Amz-Target", self.method).rpartition(".")[2]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


Forward = Callable[[], Answer]
Fault = Callable[[Request, Forward], Answer | None]
"""What happens instead of forwarding; None cuts the connection without an answer."""


def says(status: int, body: bytes, content_type: str) -> Fault:
    """The server's own refusal; the request never reaches it."""
    return lambda _request, _forward: Answer(status, {"Content-Type": content_type}, body)


def _s3_says(status: int, code: str) -> Fault:
    return says(status, f"<Error><Code>{code}</Code><Message>Not now.</Message></Error>".encode(), "application/xml")


SLOW_DOWN = _s3_says(503, "SlowDown")
CROSSED = _s3_says(409, "ConditionalRequestConflict")
"""What S3 says of two conditional writes at once."""
THROTTLED = says(
    400,
    b'{"__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException", "message": "Slow down."}',
    "application/x-amz-json-1.0",
)


def unreachable(_request: Request, _forward: Forward) -> None:
    """The connection breaks before the server hears anything."""


def answer_lost(_request: Request, forward: Forward) -> None:
    """The server does what it is asked, and nobody hears of it."""
    forward()


def cut_short(_request: Request, forward: Forward) -> Answer:
    """Half of the body comes, though all of it was announced."""
    whole = forward()
    return Answer(
        whole.status, {**whole.headers, "Content-Length": str(len(whole.body))}, whole.body[: len(whole.body) // 2]
    )


def held_until(release: Event) -> Fault:
    """The request waits before it reaches the server."""

    def wait(_request: Request, forward: Forward) -> Answer:
        release.wait(_WAIT_SECONDS)
        return forward()

    return wait


@dataclass
class FaultyServer:
    """`url` stands for the real server's; `seen` are the operations asked for so far, whatever became of them."""

    url: str
    seen: list[str] = field(default_factory=list)
    _faults: list[tuple[str | None, Fault]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def inject(self, fault: Fault, *, times: int = 1, operation: str | None = None) -> None:
        """Have the next requests (of one operation) meet the fault; faults are used up in the order of their coming."""
        with self._lock:
            self._faults.extend([(operation, fault)] * times)

    def next_fault(self, request: Request) -> Fault | None:
        with self._lock:
            self.seen.append(request.operation)
            for place, (operation, fault) in enumerate(self._faults):
                if operation in (None, request.operation):
                    del self._faults[place]
                    return fault
        return None


@contextmanager
def faulty(upstream: str) -> Iterator[FaultyServer]:
    """A proxy before the server at `upstream` (`http://host:port`)."""

    class Requests(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle(self) -> None:
            with contextlib.suppress(ConnectionError):  # the client may have been killed
                super().handle()

        def do_GET(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            request = Request(self.command, self.path, dict(self.headers), self.rfile.read(size))
            fault = made.next_fault(request)
            answer = fault(request, lambda: _forward(upstream, request)) if fault else _forward(upstream, request)
            _answer(self, answer)

        do_PUT = do_POST = do_HEAD = do_DELETE = do_GET  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Tests have nobody who reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Requests)
    server.daemon_threads = True  # a client may keep its connection open for longer than the test
    made = FaultyServer(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _forward(upstream: str, request: Request) -> Answer:
    connection = http.client.HTTPConnection(urlsplit(upstream).netloc, timeout=_WAIT_SECONDS)
    try:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _OF_ONE_CONNECTION}
        connection.request(request.method, request.path, request.body, headers)
        response = connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read())
    finally:
        connection.close()


def _answer(handler: BaseHTTPRequestHandler, answer: Answer | None) -> None:
    if answer is None:
        handler.close_connection = True
        return
    announced = answer.headers.get("Content-Length", answer.headers.get("content-length", str(len(answer.body))))
    handler.send_response_only(answer.status)  # date and server are the upstream's
    for name, value in answer.headers.items():
        if name.lower() not in _OF_ONE_CONNECTION:
            handler.send_header(name, value)
    handler.send_header("Content-Length", announced)
    handler.end_headers()
    handler.wfile.write(answer.body)
    handler.close_connection = handler.command != "HEAD" and int(announced) != len(answer.body)
