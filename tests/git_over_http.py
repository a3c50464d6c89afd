"""Real `git http-backend` behind a small server on loopback, as forges offer it."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit


@dataclass
class GitServer:
    """`sent` counts the bytes of every answer; `credentials`, if set, is the only `Authorization` header that is let in."""

    url: str
    credentials: str | None = None
    broken: bool = False
    sent: list[int] = field(default_factory=list)


@contextmanager
def git_server(root: Path) -> Iterator[GitServer]:
    """Serve all repositories below a folder, for reading and writing."""

    class Requests(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def do_GET(self) -> None:
            answer(self, root, made)

        do_POST = do_GET  # noqa: N815 - the name that http.server looks for

        def log_message(self, *_: object) -> None:
            """Tests have nobody who reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Requests)
    made = GitServer(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answer(request: BaseHTTPRequestHandler, root: Path, server: GitServer) -> None:
    if server.broken:
        request.send_error(503)
        return
    if server.credentials and request.headers.get("Authorization") != server.credentials:
        request.send_response(401)
        request.send_header("WWW-Authenticate", 'Basic realm="git"')
        request.end_headers()
        return
    path = urlsplit(request.path)
    status, headers, content = backend(
        root, request.command, path.path, query=path.query, headers=request.headers, body=body(request)
    )
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(content)
    server.sent.append(len(content))


def backend(
    root: Path, method: str, path: str, *, query: str, headers: Mapping[str, str], body: bytes
) -> tuple[int, dict[str, str], bytes]:
    """What `git http-backend` answers for the repositories below a folder: status, headers and content."""
    environment = {
        "PATH": os.environ["PATH"],
        "GIT_PROJECT_ROOT": str(root),
        "GIT_HTTP_EXPORT_ALL": "1",
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_TYPE": headers.get("Content-Type", ""),
        "HTTP_CONTENT_ENCODING": headers.get("Content-Encoding", ""),
        "GIT_PROTOCOL": headers.get("Git-Protocol", ""),
        "REMOTE_ADDR": "127.0.0.1",
    }
    done = subprocess.run(["git", "http-backend"], env=environment, input=body, capture_output=True, check=True)
    head, _, content = done.stdout.partition(b"\r\n\r\n")
    answered = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
    return int(answered.pop("Status", "200 OK").split()[0]), answered, content


def body(request: BaseHTTPRequestHandler) -> bytes:
    if request.headers.get("Transfer-Encoding") != "chunked":
        return request.rfile.read(int(request.headers.get("Content-Length", 0)))
    whole = b""
    while size := int(request.rfile.readline(), 16):
        whole += request.rfile.read(size)
        request.rfile.readline()
    request.rfile.readline()
    return whole
