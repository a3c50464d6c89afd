"""An endpoint of chat completions for tests: keeps every request and answers as it was told to."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler, threading.Event], None]
"""Writes a whole answer. The event is set when the story is over."""


@dataclass
class ChatEndpoint:
    """`answer` may be changed at any time; `requests` are headers and body of each request."""

    answer: Answer
    url: str = ""
    requests: list[tuple[dict[str, str], dict]] = field(default_factory=list)

    @property
    def documents(self):
        """What the model was shown of skills, one document for each request."""
        return [json.loads(body["messages"][1]["content"]) for _, body in self.requests]


def completion(content) -> bytes:
    """The body of a chat completion that says this; what is no text is said as JSON."""
    text = content if isinstance(content, str) else json.dumps(content)
    return json.dumps({"choices": [{"index": 0, "message": {"role": "assistant", "content": text}}]}).encode()


def says(body: bytes, status: int = 200, **headers: str) -> Answer:
    def answer(request, _over):
        request.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def opinion(verdict: str = "benign", *reasons: str) -> Answer:
    return says(completion({"verdict": verdict, "reasons": reasons}))


def silence(_request, over) -> None:
    """Never answers."""
    over.wait()


def drops(request, over) -> None:
    """Answers one byte after the other and never comes to an end."""
    request.send_response(200)
    request.end_headers()
    while not over.wait(0.02):
        request.wfile.write(b" ")


def breaks_off(request, _over) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    request.wfile.write(b'{"choices": [')


@contextlib.contextmanager
def listening(answer: Answer) -> Iterator[ChatEndpoint]:
    endpoint, over = ChatEndpoint(answer), threading.Event()

    class Request(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            endpoint.requests.append((dict(self.headers), {"path": self.path, **body}))
            with contextlib.suppress(ConnectionError):
                endpoint.answer(self, over)

        def log_message(self, format, *args):  # noqa: A002 the base class names it so
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Request) as server:
        endpoint.url = f"http://127.0.0.1:{server.server_port}/v1"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield endpoint
        finally:
            over.set()
            server.shutdown()
            thread.join()
