"""What one hot request costs in CPU: a whole server as it runs, with everything in front of the answers, but for sockets.

The server is put together by its composition root and has uvicorn's configuration as `process.serve` makes it. Requests with an
API key go into its protocol as bytes, on a transport that only counts what comes back; a bare application on uvicorn's own
protocol gets the same bytes and gives the same answer to each, from a table of all. Both take turns, round by round, in a
process of its own for each registry, each round asking for skills that are chosen at random; the figures are the best and the
middle round of CPU time.

Run: make bench NAME=hot [ARGS="--skills 100 10000 --plan enterprise --profile load_skill"]
"""

import argparse
import asyncio
import contextlib
import cProfile
import pstats
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parent / "serve"))

import corpus
import uvicorn
import uvloop
from asks import ANY_SKILL, ASKS, ERAS, Ask, Door, Era
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from mcpskills import answer_headers
from mcpskills.connection import Limits
from mcpskills_server import app, unreadable
from mcpskills_server.auth.limits.plans import PlanSetting
from mcpskills_server.settings import ServerSettings

ROUNDS: Final = 15
OF_ROUND: Final = 2_000
READY_SECONDS: Final = 120.0
SETTLE_SECONDS: Final = 0.2
"""Between rounds, so that what requests left behind is dealt with."""
PLANS: Final = {"unhindered": PlanSetting(per_minute=1_000_000_000, per_hour=None, concurrent=10)}


class Transport:
    """A connection without a socket; `answer` is what was written last."""

    def __init__(self) -> None:
        self.answer = b""

    def write(self, data: bytes) -> None:
        self.answer += data

    def is_closing(self) -> bool:
        return False

    def get_extra_info(self, name: str) -> object:
        return {"peername": ("127.0.0.1", 50_000), "sockname": ("127.0.0.1", 8_000)}.get(name)

    def get_write_buffer_size(self) -> int:
        return 0

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    def close(self) -> None: ...

    abort = set_protocol = get_protocol = close


class Side:
    """One of the two that are compared, on a connection of its own."""

    def __init__(self, application: Any, http: Any, headers: Sequence[tuple[str, str]]) -> None:
        config = uvicorn.Config(
            application,
            interface="asgi3",
            http=http,
            ws="none",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            headers=list(headers),
        )
        config.load()
        state = ServerState()
        state.default_headers = [(b"date", b"Sat, 28 Nov 2026 12:00:00 GMT"), *config.encoded_headers]
        self._transport = Transport()
        self._protocol = config.http_protocol_class(config=config, server_state=state, app_state={})  # type: ignore[call-arg]
        self._protocol.connection_made(self._transport)  # type: ignore[arg-type]

    async def ask(self, request: bytes) -> bytes:
        transport = self._transport
        transport.answer = b""
        self._protocol.data_received(request)
        while not transport.answer:
            await asyncio.sleep(0)
        return transport.answer

    async def cost(self, requests: Sequence[bytes]) -> float:
        """Microseconds of CPU for each, without what is done beside requests."""
        await asyncio.sleep(SETTLE_SECONDS)
        began = time.thread_time()
        for request in requests:
            await self.ask(request)
        return (time.thread_time() - began) / len(requests) * 1e6


class Bare:
    """Sends to each request what another server once answered to the same."""

    answers: Mapping[bytes, Sequence[dict[str, Any]]] = {}

    async def __call__(self, _: object, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Any]) -> None:
        asked, more = b"", True
        while more:
            message = await receive()
            asked += message.get("body", b"")
            more = message.get("more_body")
        for message in self.answers[asked]:
            await send(message)


async def recorded(product: Side, asked: Sequence[bytes]) -> dict[bytes, Sequence[dict[str, Any]]]:
    """The messages of an application that answers as this one does, by the bodies of requests."""
    found = {}
    for request in asked:
        answer = await product.ask(request)
        head, _, body = answer.partition(b"\r\n\r\n")
        if not answer.startswith(b"HTTP/1.1 200") or b'"isError":true' in answer:
            raise SystemExit(f"error: {request!r} is answered by {answer[:500]!r}")
        lines = [line.partition(b": ") for line in head.split(b"\r\n")[1:]]
        headers = [(name, value) for name, _, value in lines if name != b"date"]
        found[request.partition(b"\r\n\r\n")[2]] = (
            {"type": "http.response.start", "status": 200, "headers": headers},
            {"type": "http.response.body", "body": body},
        )
    return found


def product_of(serving: Any) -> Side:
    return Side(serving.application, Limits(refusal=unreadable.refusal).protocol(), answer_headers.of_every_answer(0))


def requests(ask: Ask, era: Era, key: str | None, skills: int) -> list[bytes]:
    raw = ask.raw(era, Door(8_000, key))
    chance = random.Random(f"{ask.name} {skills}")
    names = [corpus.name(chance.randrange(skills)).encode() for _ in range(OF_ROUND)]
    return [raw.replace(ANY_SKILL.encode(), name) for name in names]


@contextlib.asynccontextmanager
async def running(application: Any) -> Any:
    """The application in its lifespan."""
    begin, end = asyncio.Event(), asyncio.Event()
    messages: Iterator[str] = iter(("lifespan.startup", "lifespan.shutdown"))

    async def receive() -> dict[str, str]:
        kind = next(messages)
        if kind == "lifespan.shutdown":
            await end.wait()
        return {"type": kind}

    async def send(_: object) -> None:
        begin.set()

    living = asyncio.ensure_future(application({"type": "lifespan"}, receive, send))
    await begin.wait()
    yield
    end.set()
    await living


async def measure(made: corpus.Corpus, options: argparse.Namespace) -> None:
    settings = ServerSettings(data=made.data, plan=options.plan, plans=PLANS)
    with app._opened(settings) as serving:  # noqa: SLF001 the one place where all of it is put together
        async with running(serving.application):
            await until_loaded(serving)
            await table(serving, made, options)


async def until_loaded(serving: Any) -> None:
    async with asyncio.timeout(READY_SECONDS):
        for each in getattr(serving, "_served", {"": serving}).values():
            await each.replica.first_view()
            while each.behind.rest is None:
                await asyncio.sleep(0.05)


async def table(serving: Any, made: corpus.Corpus, options: argparse.Namespace) -> None:
    product = product_of(serving)
    bare = Bare()
    plain = Side(bare, HttpToolsProtocol, ())
    key = made.key.read_text()
    for era in ERAS:
        for ask in ASKS:
            asked = requests(ask, era, key, made.skills)
            bare.answers = await recorded(product, asked)
            for side in (product, plain):
                await side.cost(asked)
            ours, theirs = [], []
            for _ in range(options.rounds):
                theirs.append(await plain.cost(asked))
                ours.append(await product.cost(asked))
            if options.profile == ask.name:
                await profile(product, asked)
            show(SimpleNamespace(skills=made.skills, era=era, ask=ask, ours=ours, theirs=theirs))


async def profile(side: Side, asked: Sequence[bytes]) -> None:
    watching = cProfile.Profile()
    watching.enable()
    await side.cost(asked)
    watching.disable()
    pstats.Stats(watching).sort_stats("tottime").print_stats(40)


def show(cell: SimpleNamespace) -> None:
    ours, theirs = statistics.median(cell.ours), statistics.median(cell.theirs)
    ratio = statistics.median(their / our for our, their in zip(cell.ours, cell.theirs, strict=True))
    print(
        f"{cell.skills:>7,} {cell.era.version} {cell.ask.name:<15} ours {min(cell.ours):5.1f} ({ours:5.1f}) µs   "
        f"bare {min(cell.theirs):5.1f} ({theirs:5.1f}) µs   bare/ours {min(cell.theirs) / min(cell.ours):.2f} ({ratio:.2f})",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--skills", type=int, nargs="+", default=[100, 10_000])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--plan", default="unlimited", help="of the caller; `unhindered` counts and never denies")
    parser.add_argument("--profile", help="the name of a request whose functions are listed with their times")
    options = parser.parse_args()
    if len(options.skills) > 1:
        for skills in options.skills:
            more = ["--profile", options.profile] if options.profile else []
            command = [sys.executable, __file__, "--skills", str(skills), "--rounds", str(options.rounds)]
            subprocess.run([*command, "--plan", options.plan, *more], check=True)
        return
    made = corpus.of(options.skills[0])
    subprocess.run([sys.executable, corpus.__file__, str(made.skills)], check=True)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(measure(made, options))


if __name__ == "__main__":
    main()
