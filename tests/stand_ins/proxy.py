"""A wire between a client and a server on loopback, which a story can cut: nothing arrives any more, and nobody is told."""

import contextlib
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

_PART = 65536


class Wire:
    """Clients connect to `port`. After `cut` their connections stay open and silent, new ones too, until it is mended."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._whole = Event()
        self._whole.set()
        self._ended = Event()
        self._ends: list[socket.socket] = []
        self._threads: list[Thread] = []
        self._start(self._accept)

    def cut(self) -> None:
        self._whole.clear()

    def mend(self) -> None:
        """What was on its way arrives now."""
        self._whole.set()

    def end(self) -> None:
        """Wakes every thread: those that wait for a socket, and those that wait for the wire."""
        self._ended.set()
        self._whole.set()
        _shut(self._listener)
        # The lists may grow until the last thread has ended.
        for thread in self._threads:
            for end in self._ends:
                _shut(end)
            thread.join()

    def _start(self, work: Callable[..., None], *arguments: socket.socket) -> Thread:
        thread = Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()
        return thread

    def _accept(self) -> None:
        with self._listener, contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._start(self._connect, client)

    def _connect(self, client: socket.socket) -> None:
        with client:
            self._ends.append(client)
            self._whole.wait()
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._to)) as server:
                self._ends.append(server)
                back = self._start(self._pump, server, client)
                self._pump(client, server)
                back.join()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while not self._ended.is_set() and (part := source.recv(_PART)):
                self._whole.wait()
                target.sendall(part)
        _shut(source)
        _shut(target)


@contextmanager
def wire(to: int) -> Iterator[Wire]:
    """A wire to a port on loopback, whole at first."""
    made = Wire(to)
    try:
        yield made
    finally:
        made.end()


def _shut(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
