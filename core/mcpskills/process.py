"""Running an application as a process: its socket, its event loop, its end. Only composition roots import this."""

import asyncio
import contextlib
import errno
import ipaddress
import resource
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import uvicorn
import uvloop

from mcpskills import answer_headers, arenas
from mcpskills.asgi import Application
from mcpskills.connection import Limits
from mcpskills.errors import UnavailableError

DRAIN_SECONDS = 3
"""How long requests in flight may take to finish after a stop was asked for."""

_ANY = {"0.0.0.0", "::"}  # noqa: S104 recognised, not bound
_BACKLOG = 2048
_IPV4 = 4
_MAPPED_BITS = 96
_SHARED = (socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
_THREADS = 16
_REASONS = {
    errno.EADDRINUSE: "another program listens there. Stop it, or choose another port with {port_by}.",
    errno.EACCES: "the system does not allow it. Choose a port above 1023 with {port_by}.",
    errno.EADDRNOTAVAIL: "this machine has no such address. Choose another with {host_by}.",
}


def bind(host: str, port: int, *, host_by: str = "--host", port_by: str = "--port") -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises `UnavailableError` that says by what to choose another."""
    return _bound(host, port, host_by, port_by, lambda bound: bound.listen(_BACKLOG))


def reserve(host: str, port: int, *, host_by: str = "--host", port_by: str = "--port") -> socket.socket:
    """A socket that holds the port for processes of this user that `share` it, and takes no connection. Raises as `bind`."""
    # Not before the socket is bound: then two servers would share the port that each wanted for itself.
    return _bound(host, port, host_by, port_by, lambda bound: bound.setsockopt(*_SHARED))


def share(reserved: socket.socket) -> socket.socket:
    """A socket of its own on the same port, of this process alone: the system spreads connections among those that listen.

    One socket that all listen on would give most connections to whoever wakes first.
    """
    listener = socket.socket(reserved.family, reserved.type, reserved.proto)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(*_SHARED)
    listener.bind(reserved.getsockname())
    return listener


def _bound(host: str, port: int, host_by: str, port_by: str, prepare: Callable[[socket.socket], None]) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise UnavailableError(
            f"The host {host!r} is not known: {error.strerror}. Choose another with {host_by}."
        ) from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        prepare(listener)
    except OSError as error:
        listener.close()
        reason = _REASONS.get(error.errno or 0, f"{error.strerror}.").format(host_by=host_by, port_by=port_by)
        raise UnavailableError(f"Port {port} of {host} cannot be used: {reason}") from error
    return listener


def url(listener: socket.socket) -> str:
    """Where a client on this machine reaches the socket, such as `http://127.0.0.1:8000`."""
    host, port = listener.getsockname()[:2]
    if host in _ANY:
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run(main: Coroutine[None, None, None]) -> None:
    """Run to the end on uvloop, with as many files and connections as the system allows."""
    _raise_file_limit()
    arenas.limit()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        # What blocks, such as botocore, runs in threads: as many as a client of AWS has connections, and no more.
        runner.get_loop().set_default_executor(ThreadPoolExecutor(_THREADS, thread_name_prefix="blocking"))
        runner.run(main)


@contextlib.contextmanager
def stop_on_signal(stop: asyncio.Event) -> Iterator[None]:
    """Set the event on Ctrl-C and on SIGTERM, instead of dying."""
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)
    for number in signals:
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)


async def serve(
    app: Application,
    listener: socket.socket,
    stop: asyncio.Event,
    close_streams: Callable[[], None],
    *,
    leave: Callable[[], None] = lambda: None,
    notice: float = 0,
    limits: Limits | None = None,
    proxies: Sequence[str] = (),
    hsts_seconds: int = 0,
) -> None:
    """Answer on the socket until the event is set, then end open streams and let requests in flight finish.

    First of all `leave` is called, and everything is answered for `notice` seconds more: so long may whoever sends requests here
    take to hear of it.

    What the `proxies` (addresses or networks) say of whom they pass on is believed, and stands as `client` in the scope; from
    others it is only a header. This is the one place that decides it.
    Every answer has the headers of `answer_headers`; `hsts_seconds` are said where clients come by https alone.
    """
    config = uvicorn.Config(
        app,
        interface="asgi3",
        http=(limits or Limits()).protocol(),
        ws="none",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=[spelling for proxy in proxies for spelling in _spellings(proxy)],
        server_header=False,
        headers=list(answer_headers.of_every_answer(hsts_seconds)),
    )
    server = _Server(config)
    async with asyncio.TaskGroup() as tasks:
        answering = tasks.create_task(server.serve(sockets=[listener]))
        waiting = tasks.create_task(stop.wait())
        await asyncio.wait((answering, waiting), return_when=asyncio.FIRST_COMPLETED)
        leave()
        if not answering.done():
            await asyncio.wait((answering,), timeout=notice)
        close_streams()
        server.should_exit = True
        await answering
        waiting.cancel()


def _spellings(proxy: str) -> list[str]:
    """A socket that listens on both families shows a proxy of IPv4 as `::ffff:10.0.0.1`."""
    network = ipaddress.ip_network(proxy)
    if network.version != _IPV4:
        return [proxy]
    return [proxy, f"::ffff:{network.network_address}/{_MAPPED_BITS + network.prefixlen}"]


class _Server(uvicorn.Server):
    """Leaves signals alone: `stop_on_signal` has them, for everything that runs in the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _raise_file_limit() -> None:
    """Every connection is a file, and the customary limit of 1,024 is soft: a client that opens as many shuts out all others."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # macOS refuses to have no limit at all.
    with contextlib.suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
