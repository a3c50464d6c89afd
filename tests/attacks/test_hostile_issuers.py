"""Identity providers that answer what they should not, or that lead elsewhere: real servers on loopback."""

import contextlib
import socket
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from mcpskills.errors import UnavailableError
from mcpskills.outbound import Reach
from mcpskills_server.auth.tokens import fetching
from mcpskills_server.auth.tokens.fetching import MOST_BYTES

HERE = Reach(loopback=True)
LITTLE = 0.2
"""Seconds for an answer that never ends."""

WAIT_SECONDS = 30


class Provider(ThreadingHTTPServer):
    """`answers` has what is sent for a path, byte by byte; `asked` the paths. `/drip` goes on until the test is over."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Requests)
        self.answers, self.asked, self.over = {}, [], Event()

    def url(self, path):
        return f"http://127.0.0.1:{self.server_port}{path}"


class Requests(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        if self.path.startswith("/drip"):
            self.drip(b"HTTP/1.1 200 OK\r\n\r\n" if self.path == "/drip" else b"HTTP/1.1 200 OK\r\nX-Drip: ")
        else:
            self.wfile.write(self.server.answers[self.path])

    def drip(self, beginning):
        self.wfile.write(beginning)
        with contextlib.suppress(OSError):
            while not self.server.over.wait(LITTLE / 20):
                self.wfile.write(b"x")

    def log_message(self, *_):
        """Tests have nobody who reads it."""


@pytest.fixture
def provider():
    server = Provider()
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


def answer(status, body=b"{}", *headers):
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def test_a_document_is_read(provider):
    provider.answers["/keys?version=2"] = answer("200 OK", b'{"keys": []}')

    assert fetching.fetch(provider.url("/keys?version=2"), HERE) == b'{"keys": []}'


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(provider, status):
    provider.answers["/keys"] = answer(f"{status} Moved", b"", f"Location: {provider.url('/secret')}")
    provider.answers["/secret"] = answer("200 OK")

    with pytest.raises(UnavailableError, match=f"the answer is {status}"):
        fetching.fetch(provider.url("/keys"), HERE)

    assert provider.asked == ["/keys"]


@pytest.mark.parametrize(
    "status", ["204 No Content", "206 Partial Content", "401 Unauthorized", "404 Not Found", "500 Oh"]
)
def test_another_status_is_no_document(provider, status):
    provider.answers["/keys"] = answer(status)

    with pytest.raises(UnavailableError, match="expected 200"):
        fetching.fetch(provider.url("/keys"), HERE)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"not http\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X-More: 1\r\n" * 1000 + b"\r\n{}",
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100_000 + b"\r\n\r\n{}",
        b"\x15\x03\x01\x00\x02\x02\x28",
    ],
)
def test_what_is_no_whole_answer_is_no_document(provider, sent):
    provider.answers["/keys"] = sent

    with pytest.raises(UnavailableError):
        fetching.fetch(provider.url("/keys"), HERE)


@pytest.mark.parametrize("announced", [True, False])
def test_a_document_that_is_too_large_is_refused(provider, announced):
    body = b"x" * (MOST_BYTES + 1)
    provider.answers["/keys"] = answer("200 OK", body) if announced else b"HTTP/1.1 200 OK\r\n\r\n" + body

    with pytest.raises(UnavailableError, match=f"more than {MOST_BYTES} bytes"):
        fetching.fetch(provider.url("/keys"), HERE)


@pytest.mark.parametrize("path", ["/drip", "/drip-headers"])
def test_an_answer_that_comes_byte_by_byte_is_not_waited_for(provider, path):
    with pytest.raises(UnavailableError, match="longer than"):
        fetching.fetch(provider.url(path), HERE, LITTLE)


def test_a_server_that_says_nothing_is_not_waited_for():
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(UnavailableError):
        fetching.fetch(f"http://127.0.0.1:{silent.getsockname()[1]}/keys", HERE, LITTLE)


def test_a_server_that_shakes_no_hands_is_not_waited_for():
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(UnavailableError):
        fetching.fetch(f"https://127.0.0.1:{silent.getsockname()[1]}/keys", HERE, LITTLE)


def test_a_server_without_a_certificate_for_its_name_is_not_asked(provider):
    with pytest.raises(UnavailableError):
        fetching.fetch(provider.url("/keys").replace("http", "https"), HERE)

    assert provider.asked == []


def test_nobody_who_listens_is_unavailable():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]

    with pytest.raises(UnavailableError):
        fetching.fetch(f"http://127.0.0.1:{port}/keys", HERE)


def test_a_name_that_leads_to_this_machine_is_not_asked_for_an_issuer_elsewhere(provider):
    url = provider.url("/keys").replace("127.0.0.1", "localhost")

    with pytest.raises(UnavailableError, match="which is not asked"):
        fetching.fetch(url, Reach(private=True))

    assert provider.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "https://169.254.169.254/latest/meta-data/",
        "https://[fd00:ec2::254]/latest/meta-data/",
        "https://[::ffff:169.254.169.254]/latest/meta-data/",
        "https://2852039166/latest/meta-data/",
        "https://0xa9fea9fe/latest/meta-data/",
        "https://0251.0376.0251.0376/latest/meta-data/",
        "https://0/keys",
    ],
)
def test_places_where_a_cloud_tells_secrets_are_never_asked_however_they_are_written(url):
    with pytest.raises(UnavailableError, match="is not asked"):
        fetching.fetch(url, Reach(loopback=True, private=True), WAIT_SECONDS)
