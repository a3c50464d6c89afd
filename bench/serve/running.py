"""A server as a process on the servers' core, from its start to its end, and what our server answers, for its peers."""

import base64
import contextlib
import http.client
import itertools
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import machine
from asks import ERAS, HANDSHAKE, LOAD_SKILL, TOOLS_LIST, Answer, Ask, Asking, Door, Era
from corpus import Corpus
from peers import Peer, Place

from stand_ins.processes import free_port

START_SECONDS: Final = 600.0
LONG: Final = 5.0
"""Seconds of a start from which another one tells nothing new."""

QUIET_SECONDS: Final = 0.05
PATIENCE: Final = 60.0
_POLL_SECONDS: Final = 0.002
_OF_UVICORN: Final = {"date", "server"}


@dataclass(frozen=True)
class Start:
    """Seconds from the start of the process, and the megabytes that it had when it was ready."""

    ready: float
    first_answer: float
    mb: float


class Running:
    """Ends with `stop`. Raises `SystemExit` when it does not start."""

    def __init__(self, peer: Peer, corpus: Corpus, scratch: Path, core: int) -> None:
        self.peer = peer
        self.place = Place(corpus, free_port(), scratch)
        self.door = Door(self.place.port, None if peer.no_key else corpus.key.read_text())
        self._log = (scratch / "server.log").open("ab")
        settings = {
            "MCPSKILLS_DATA": str(corpus.data),
            "MCPSKILLS_PORT": str(self.place.port),
            "MCPSKILLS_ANONYMOUS": "viewer" if peer.no_key else "",
            "MCPSKILLS_PLAN": "unlimited",
        }
        command = ["taskset", "-c", str(core), sys.executable, *peer.command(self.place)]
        began = time.perf_counter()
        self._process = subprocess.Popen(command, env=os.environ | settings, stdout=self._log, stderr=self._log)
        try:
            self.starts: Sequence[Start] = [self._started(began)]
        except BaseException:
            self.stop()
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def start(self) -> Start:
        """The medians of all starts."""
        fields = zip(*((each.ready, each.first_answer, each.mb) for each in self.starts), strict=True)
        return Start(*map(statistics.median, fields))

    def ask(self, ask: Ask, era: Era, number: int) -> Answer:
        asking = Asking(self.door)
        try:
            return asking.ask(ask, era, number)
        finally:
            asking.close()

    def settle(self) -> None:
        """Wait until it has nothing to do."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            before = machine.cpu_seconds(self.pid)
            time.sleep(QUIET_SECONDS)
            if machine.cpu_seconds(self.pid) - before < QUIET_SECONDS / 10:
                return

    def pause(self) -> None:
        """Stop it until it is asked again: what it has to do beside requests would take time from who is measured meanwhile."""
        self._process.send_signal(signal.SIGSTOP)

    @contextlib.contextmanager
    def going_on(self) -> Iterator[None]:
        """What it had to do when it was stopped, it does now, beside what it is asked."""
        self._process.send_signal(signal.SIGCONT)
        try:
            yield
        finally:
            self.pause()

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self._log.close()

    def _started(self, began: float) -> Start:
        if self.peer.says_ready:
            self._until(lambda asking: asking.status("/ready") == http.client.OK)
        else:
            self._until(self._is_right)
        ready, mb = time.perf_counter() - began, machine.resident(self.pid)
        self._until(self._is_right)
        return Start(ready, time.perf_counter() - began, mb)

    def _is_right(self, asking: Asking) -> bool:
        answer = asking.ask(LOAD_SKILL, HANDSHAKE, 0)
        return answer.status == http.client.OK and answer.fault(LOAD_SKILL, 0) is None

    def _until(self, holds: Callable[[Asking], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._holds(holds):
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = Path(self._log.name).read_text(errors="replace")[-3000:]
                raise SystemExit(f"error: {self.peer.name} did not start: {said}")
            time.sleep(_POLL_SECONDS)

    def _holds(self, holds: Callable[[Asking], bool]) -> bool:
        asking = Asking(self.door)
        try:
            return holds(asking)
        except (OSError, http.client.HTTPException):
            return False
        finally:
            asking.close()


def started(peer: Peer, corpus: Corpus, scratch: Path, *, core: int, times: int) -> Running:
    """A server that was started so many times, if that is quick; the last one runs."""
    server = Running(peer, corpus, scratch, core)
    starts = [*server.starts]
    while len(starts) < times and starts[-1].first_answer < LONG:
        server.stop()
        server = Running(peer, corpus, scratch, core)
        starts += server.starts
    server.starts = starts
    return server


def record(product: Running, asks: Sequence[Ask]) -> None:
    """Write what our server answers, about every skill, to the files that its peers are started with."""
    asking = Asking(product.door)
    with product.place.answers.open("w") as file:
        for ask, era in itertools.product(asks, ERAS):
            for number in range(product.place.corpus.skills if ask.of_one_skill else 1):
                answer = asking.ask(ask, era, number)
                if fault := answer.fault(ask, number):
                    raise SystemExit(f"error: {product.peer.name} answers {ask.name} in {era.version} wrongly: {fault}")
                headers = [pair for pair in answer.headers if pair[0].lower() not in _OF_UVICORN]
                asked = ask.body_about(era, number).decode()
                file.write(json.dumps([asked, headers, base64.b64encode(answer.body).decode()]) + "\n")
    tools = json.loads(asking.ask(TOOLS_LIST, HANDSHAKE, 0).body)["result"]
    product.place.tools.write_text(json.dumps(tools))
    asking.close()
