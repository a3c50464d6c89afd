"""Several processes that do the same work, forked from a parent that only watches them. Only composition roots import this.

A worker that ends is replaced: at once when it had run for a while, after a pause that grows when it had not. SIGTERM and
SIGINT end all of them in good order. Nothing that a process holds for itself, such as a database, a thread or a client of AWS,
may be open when `keep` is called: each worker opens its own.
"""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import structlog

from mcpskills.errors import McpSkillsError

_log = structlog.get_logger(__name__)

STEADY_SECONDS = 30
"""A worker that ran for so long had started well: what ended it is not what it starts from."""

ENDING_SECONDS = 15
"""How long workers may take to end before they are killed; longer than requests in flight may take."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_ENDING = frozenset({signal.SIGINT, signal.SIGTERM})
_WATCHED = _ENDING | {signal.SIGCHLD, signal.SIGALRM}


@dataclass(frozen=True, slots=True)
class Worker:
    """What a worker knows of itself: its number, from 1, and a pipe that ends when its parent does."""

    number: int
    parent: int

    @contextlib.contextmanager
    def stop_without_parent(self, stop: asyncio.Event) -> Iterator[None]:
        """Set the event when the parent is gone, however it ended: nobody would replace or stop this worker any more."""
        loop = asyncio.get_running_loop()

        def gone() -> None:
            loop.remove_reader(self.parent)
            stop.set()

        loop.add_reader(self.parent, gone)
        try:
            yield
        finally:
            loop.remove_reader(self.parent)


def keep(count: int, work: Callable[[Worker], None], *, notice: float = 0) -> None:
    """Have `work` done in `count` processes until SIGTERM or SIGINT, and return when all have ended.

    They go on working for `notice` seconds by themselves before they begin to end.
    """
    with _watching(), _pipe() as (ending, lasting):
        # What was imported so far stays shared between all processes as long as nobody writes to it, as the collector would.
        gc.collect()
        gc.freeze()
        places = [_Place(Worker(number, ending), lasting, work) for number in range(1, count + 1)]
        try:
            for place in places:
                place.start()
            while signal.sigwait(_WATCHED) not in _ENDING:
                _look_after(places)
        finally:
            _end(places, notice + ENDING_SECONDS)


@dataclass(slots=True)
class _Place:
    """Where one worker runs after the other. `due` is when the next one starts, while none runs."""

    worker: Worker
    lasting: int
    work: Callable[[Worker], None]
    pid: int | None = None
    due: float = 0.0
    _started: float = 0.0
    _pause: float = 0.0

    def start(self) -> None:
        self._started = time.monotonic()
        try:
            self.pid = os.fork()
        except OSError as error:
            self._postpone()
            _log.error(
                "no worker can be started", number=self.worker.number, reason=error.strerror, seconds=self._pause
            )
            return
        if self.pid == 0:
            os.close(self.lasting)
            _become(self.work, self.worker)

    def reap(self) -> None:
        """See whether the worker has ended; then the next one is due."""
        if self.pid is None:
            return
        ended, status = os.waitpid(self.pid, os.WNOHANG)
        if not ended:
            return
        self._postpone()
        _log.warning(
            "a worker ended, another one takes its place",
            number=self.worker.number,
            pid=self.pid,
            how=_told(os.waitstatus_to_exitcode(status)),
            seconds=self._pause,
        )
        self.pid = None

    def send(self, number: signal.Signals) -> None:
        if self.pid is not None:
            os.kill(self.pid, number)

    def _postpone(self) -> None:
        steady = time.monotonic() - self._started >= STEADY_SECONDS
        self._pause = 0.0 if steady else min(max(_FIRST_PAUSE, self._pause * 2), _LONGEST_PAUSE)
        self.due = time.monotonic() + self._pause


def _look_after(places: list[_Place]) -> None:
    """Start what is due, and be woken when the next is."""
    for place in places:
        place.reap()
        if place.pid is None and place.due <= time.monotonic():
            place.start()
    waiting = [place.due for place in places if place.pid is None]
    _wake_in(max(0.001, min(waiting) - time.monotonic()) if waiting else 0)


def _end(places: list[_Place], seconds: float) -> None:
    for place in places:
        place.send(signal.SIGTERM)
    _wake_in(seconds)
    while left := [place for place in places if place.pid is not None]:
        if signal.sigwait({signal.SIGCHLD, signal.SIGALRM}) == signal.SIGALRM:
            for place in left:
                _log.warning("a worker does not end and is killed", number=place.worker.number, pid=place.pid)
                place.send(signal.SIGKILL)
        for place in left:
            if place.pid is not None and os.waitpid(place.pid, os.WNOHANG)[0]:
                place.pid = None
    _wake_in(0)


def _become(work: Callable[[Worker], None], worker: Worker) -> None:
    """Work, and end the process: what stands on the stack belongs to the parent."""
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _WATCHED)
        work(worker)
        status = 0
    except KeyboardInterrupt:
        status = 0
    except McpSkillsError as error:
        _log.error("a worker fails", number=worker.number, reason=error.message)
    except BaseException:  # noqa: BLE001 whatever it is, it must not reach the parent's part of the stack
        _log.exception("a worker fails", number=worker.number)
    finally:
        with contextlib.suppress(Exception):
            logging.shutdown()
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


@contextlib.contextmanager
def _watching() -> Iterator[None]:
    """Signals wait to be asked for, so that none comes between two steps."""
    before = signal.signal(
        signal.SIGCHLD, lambda *_: None
    )  # some systems drop what is ignored, even when it is blocked
    signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _WATCHED)
        signal.signal(signal.SIGCHLD, before)


@contextlib.contextmanager
def _pipe() -> Iterator[tuple[int, int]]:
    """The end that workers read from, and the one that lasts as long as this process; nothing is ever written."""
    reading, writing = os.pipe()
    try:
        yield reading, writing
    finally:
        os.close(reading)
        os.close(writing)


def _wake_in(seconds: float) -> None:
    """Never for 0."""
    signal.setitimer(signal.ITIMER_REAL, seconds)


def _told(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"
