"""A wire between a client and a server on loopback, which a story can cut: nothing arrives any more, and nobody is told."""

import contextlib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

_PART = 65536


@dataclass
class Wire:
    """Clients connect to `port`. After `cut` their connections stay open and silent, new ones too, until it is mended."""

    port: int
    _whole: Event = field(default_factory=Event)

    def cut(self) -> None:
        self._whole.clear()

    def mend(self) -> None:
        """What was on its way arrives now."""
        self._whole.set()


@contextmanager
def wire(to: int) -> Iterator[Wire]:
    """A wire to a port on loopback, whole at first."""
    listener = socket.create_server(("127.0.0.1", 0))
    made = Wire(listener.getsockname()[1])
    made.mend()
    ends: list[socket.socket] = []
    Thread(target=_accept, args=(listener, to, made._whole, ends), daemon=True).start()
    try:
        yield made
    finally:
        for end in (listener, *ends):
            # Closing alone would leave threads waiting in accept and recv.
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        made.mend()


def _accept(listener: socket.socket, to: int, whole: Event, ends: list[socket.socket]) -> None:
    with contextlib.suppress(OSError):
        while True:
            client, _ = listener.accept()
            ends.append(client)
            Thread(target=_connect, args=(client, to, whole, ends), daemon=True).start()


def _connect(client: socket.socket, to: int, whole: Event, ends: list[socket.socket]) -> None:
    whole.wait()
    with contextlib.suppress(OSError):
        server = socket.create_connection(("127.0.0.1", to))
        ends.append(server)
        Thread(target=_pump, args=(client, server, whole), daemon=True).start()
        _pump(server, client, whole)
        return
    client.close()


def _pump(source: socket.socket, target: socket.socket, whole: Event) -> None:
    with contextlib.suppress(OSError):
        while part := source.recv(_PART):
            whole.wait()
            target.sendall(part)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
