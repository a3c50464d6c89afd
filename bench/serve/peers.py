"""The servers that are measured, one row of `PEERS` each. The programs of the peers are in `programs/`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from asks import ERAS, HANDSHAKE, Ask, Era
from corpus import Corpus

_PROGRAMS: Final = Path(__file__).with_name("programs")


@dataclass(frozen=True)
class Place:
    """What a server is started with. `answers` and `tools` are files that `running.record` writes."""

    corpus: Corpus
    port: int
    scratch: Path

    @property
    def answers(self) -> Path:
        return self.scratch / f"answers-{self.corpus.skills}.jsonl"

    @property
    def tools(self) -> Path:
        return self.scratch / f"tools-{self.corpus.skills}.json"


@dataclass(frozen=True)
class Peer:
    """`most` is the largest registry that it is measured with, `cannot` what it has no answer to.

    Every request carries an API key; where it does not, because of `no_key`, our server lets anybody read.
    """

    name: str
    command: Callable[[Place], list[str]]
    most: int = 100_000
    most_in_full: int = 100_000
    cannot: frozenset[tuple[str, str]] = frozenset()
    needs_tree: bool = False
    says_ready: bool = False
    no_key: bool = False

    def answers(self, ask: Ask, era: Era) -> bool:
        return (ask.method, era.version) not in self.cannot


def _program(name: str, *arguments: Callable[[Place], object]) -> Callable[[Place], list[str]]:
    def command(place: Place) -> list[str]:
        return [str(_PROGRAMS / f"{name}.py"), str(place.port), *(str(each(place)) for each in arguments)]

    return command


def _never(*methods: str) -> frozenset[tuple[str, str]]:
    return frozenset((method, era.version) for method in methods for era in ERAS)


PRODUCT: Final = Peer("this server", lambda _: ["-m", "mcpskills_server"], says_ready=True)
OPEN: Final = Peer(
    "this server, no key", PRODUCT.command, most=1_000, most_in_full=10_000, says_ready=True, no_key=True
)
BARE: Final = Peer("bare ASGI, same bytes", _program("bare", lambda place: place.answers))
SDK: Final = Peer("SDK low-level server", _program("sdk", lambda place: place.corpus.file, lambda place: place.tools))
EXPERIMENTAL: Final = Peer(
    "FastMCP experimental",
    _program("fastmcp_skills", lambda place: place.corpus.tree, lambda _: "experimental"),
    most=1_000,
    most_in_full=10_000,
    cannot=_never("prompts/get") | {("skills/list", HANDSHAKE.version)},
    needs_tree=True,
)
DEFAULT: Final = Peer(
    "FastMCP default",
    _program("fastmcp_skills", lambda place: place.corpus.tree, lambda _: "default"),
    most=1_000,
    most_in_full=10_000,
    cannot=_never("prompts/get", "skills/list"),
    needs_tree=True,
)
PEERS: Final = (PRODUCT, OPEN, BARE, SDK, EXPERIMENTAL, DEFAULT)
