"""Asking an identity provider for a document, over HTTP and from a thread: bounded in time and size, and nowhere by surprise.

A name is resolved once, all of its addresses are looked at, and one of these is connected to: what the name says a moment later
does not matter. Redirects are not followed, and no proxy of the environment is used.
"""

import contextlib
import http.client
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from threading import Event, Timer
from typing import Final
from urllib.parse import SplitResult

from mcpskills import outbound
from mcpskills.errors import InvalidInputError, UnavailableError
from mcpskills.outbound import Reach
from mcpskills.printable import quoted

MOST_BYTES: Final = 256 * 1024
"""Of a document. The largest key sets of providers, with a certificate for each key, have a tenth."""

SECONDS: Final = 5.0
"""For all of an answer, once the name is resolved."""

_TRIED: Final = 3
"""Addresses of a name, one after the other."""

_HEADERS: Final = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "open-mcp-skills"}
_PORTS: Final = {"https": 443, "http": 80}


def fetch(url: str, reach: Reach, seconds: float = SECONDS) -> bytes:
    """The document at the URL. Raises `UnavailableError` when there is none to be had, whyever."""
    try:
        parts = outbound.target(url)
        return _fetch(parts, _resolved(parts, reach), seconds)
    except (OSError, http.client.HTTPException, InvalidInputError) as error:
        raise UnavailableError(f"{quoted(url, 200)} cannot be read: {quoted(str(error), 200)}.") from error


def _resolved(parts: SplitResult, reach: Reach) -> list[str]:
    """Raises `OSError` for a name that nobody has, or that leads where it may not."""
    host = parts.hostname or ""
    found = socket.getaddrinfo(host, _port(parts), type=socket.SOCK_STREAM)
    texts = [str(address[4][0]) for address in found]
    if (astray := outbound.refused(texts, reach)) is not None:
        raise OSError(f"{host} has the address {astray}, which is not asked; see MCPSKILLS_OIDC_PRIVATE_NETWORK")
    return texts


def _fetch(parts: SplitResult, known: list[str], seconds: float) -> bytes:
    connection = _Connection(parts, known, seconds)
    with contextlib.closing(connection), _deadline(connection, seconds):
        connection.request("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), headers=_HEADERS)
        answer = connection.getresponse()
        if answer.status != HTTPStatus.OK:
            raise OSError(f"the answer is {answer.status}, expected 200 without a redirect")
        content = answer.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise OSError(f"the answer has more than {MOST_BYTES} bytes")
    if answer.length:
        raise OSError(f"the answer ends {answer.length} bytes early")
    return content


class _Connection(http.client.HTTPConnection):
    """To one of the addresses; the name is what the certificate must be for."""

    def __init__(self, parts: SplitResult, known: list[str], seconds: float) -> None:
        self.default_port = _PORTS[parts.scheme]
        super().__init__(parts.hostname or "", _port(parts), timeout=seconds)
        self._known = known
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._socket: socket.socket | None = None

    def connect(self) -> None:
        self.sock = self._socket = self._connected()
        if self._tls is not None:
            # Shaking hands comes last, so that it can be cut as well.
            wrapped = self._tls.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock = self._socket = wrapped
            wrapped.do_handshake()

    def cut(self) -> None:
        """End it from another thread. What `sock` has is given to the answer, once there is one."""
        with contextlib.suppress(OSError):  # it may have ended by itself
            if self._socket is not None:
                # That of the plain socket: TLS has its own, which would take it from the thread that reads.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def _connected(self) -> socket.socket:
        failure = OSError("there is no address")
        for address in self._known[:_TRIED]:
            try:
                return socket.create_connection((address, self.port), self.timeout)
            except OSError as error:
                failure = error
        raise failure


@contextmanager
def _deadline(connection: _Connection, seconds: float) -> Iterator[None]:
    """Cuts the connection when the time is over: a socket's own timeout begins anew with every byte. Raises `TimeoutError`."""
    over = Event()

    def end() -> None:
        over.set()
        connection.cut()

    timer = Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        if over.is_set():
            raise TimeoutError(f"it took longer than {seconds} seconds") from error
        raise
    finally:
        timer.cancel()
    if over.is_set():
        raise TimeoutError(f"it took longer than {seconds} seconds")


def _port(parts: SplitResult) -> int:
    return parts.port or _PORTS[parts.scheme]
