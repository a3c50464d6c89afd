"""Many clients that ask a server again and again while skills change, and what their answers must be.

Every version of a skill says `name@number` wherever it says anything, so that an answer shows which versions it was made of.
Answers are looked at when all is over: `Truth.fault` says what is wrong with one, if anything is.
"""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any

from builders import skill_folder
from mcpskills.version import Version
from registry import Registry

HANDSHAKE, MODERN = "2025-11-25", "2026-07-28"
MORE = "references/more.md"

_NAMED = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}
_SAYS = re.compile(r"(load-\d\d)@(\d+)")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_META = re.compile(
    r'"io\.openmcpskills/skill":"(load-\d\d)","io\.openmcpskills/version":(\d+),"io\.openmcpskills/digest":"([^"]+)"'
)
_CURSOR = re.compile(r'"nextCursor":"([^"]+)"')

Told = tuple[str, int]
"""Name and number of a version."""


def says(told: Told) -> str:
    return f"{told[0]}@{told[1]}"


@dataclass
class Truth:
    """Every version that was published, and the generations at which it was live: from the first to before the last."""

    registry: Registry
    versions: dict[Told, Version] = field(default_factory=dict)
    lives: dict[Told, tuple[int, float]] = field(default_factory=dict)
    generation: int = 0

    def publish(self, name: str) -> None:
        """The next version of a skill."""
        told = name, sum(each == name for each, _ in self.versions) + 1
        text = f"This is {says(told)}.\n"
        folder = skill_folder(name, description=text.strip(), body=text * 20, files={MORE: text * 40})
        self.versions[told] = self.registry.publish_folder(folder)
        self.generation += 1
        self.lives[told] = self.generation, float("inf")
        if told[1] > 1:
            before = name, told[1] - 1
            self.lives[before] = self.lives[before][0], self.generation

    def fault(self, kind: str, status: int, body: str) -> str | None:
        """What is wrong with an answer, if anything is."""
        if status != 200 or '"result":' not in body or '"isError":true' in body:
            return "refused"
        said = [(name, int(number)) for name, number in _SAYS.findall(body)]
        meta = {(name, int(number)): digest for name, number, digest in _META.findall(body)}
        told = meta.keys() | said
        if not said or not told <= self.versions.keys():
            return "nothing that was published"
        wrong = {
            "two versions of a skill": len({name for name, _ in told}) < len(told),
            "two generations": not self._one_generation(told),
            "another version's digest": any(self.versions[each].digest != digest for each, digest in meta.items()),
            "another version's files": not self._digests(told).issuperset(_DIGEST.findall(body)),
            "half a text": len(said) < _WHOLE.get(kind, 1),
        }
        return next((what for what, is_so in wrong.items() if is_so), None)

    def _one_generation(self, told: set[Told]) -> bool:
        lives = [self.lives[each] for each in told]
        return max(first for first, _ in lives) < min(last for _, last in lives)

    def _digests(self, told: set[Told]) -> set[str]:
        versions = [self.versions[each] for each in told]
        return {version.digest for version in versions} | {f.digest for v in versions for f in v.manifest.files}


_WHOLE = {"read": 21, "load": 20, "prompt": 20, "file": 40, "more": 40}
"""How often an answer of a kind says its version at least: as often as the text does."""


@dataclass
class Crowd:
    """`answers` are all different ones, by kind, era, status and body."""

    host: str
    port: int
    names: list[str]
    answers: set[tuple[str, str, int, str]] = field(default_factory=set)
    asked: int = 0

    async def ask_until(self, stop: asyncio.Event, number: int) -> None:
        """One client, on one connection; every client begins with another kind and skill."""
        version = (HANDSHAKE, MODERN)[number % 2]
        reader, writer = await asyncio.open_connection(self.host, self.port)
        for name in islice(cycle(self.names), number, None):
            for kind, method, params in requests(name):
                cursor: str | None = ""
                while cursor is not None:
                    more = {"cursor": cursor} if cursor else {}
                    writer.write(request(method, version, {**params, **more}))
                    status, body = await answer(reader)
                    self.asked += 1
                    self.answers.add((kind, version, status, body))
                    found = _CURSOR.search(body) if kind.endswith("list") else None
                    cursor = found[1] if found else None
                    if stop.is_set():
                        writer.close()
                        return


def requests(name: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Kind, method and parameters of what a client asks about a skill, and about all of them."""
    yield "read", "resources/read", {"uri": f"skill://{name}/SKILL.md"}
    yield "load", "tools/call", {"name": "load_skill", "arguments": {"name": name}}
    yield "skills/list", "skills/list", {}
    yield "get", "skills/get", {"uri": f"skill://{name}/SKILL.md"}
    yield "prompt", "prompts/get", {"name": name}
    yield "prompts/list", "prompts/list", {}
    yield "file", "tools/call", {"name": "read_skill_file", "arguments": {"name": name, "path": MORE}}
    yield "more", "resources/read", {"uri": f"skill://{name}/{MORE}"}
    yield "resources/list", "resources/list", {}
    yield "search", "tools/call", {"name": "search_skills", "arguments": {"query": name}}


def request(method: str, version: str, params: dict[str, Any]) -> bytes:
    """The bytes of a request, as clients of that version send it."""
    heads = {
        "Host": "127.0.0.1",
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": version,
    }
    if version == MODERN:
        meta = {"protocolVersion": MODERN, "clientCapabilities": {}, "clientInfo": {"name": "load", "version": "1"}}
        params = {**params, "_meta": {f"io.modelcontextprotocol/{name}": value for name, value in meta.items()}}
        heads["Mcp-Method"] = method
        if method in _NAMED:
            heads["Mcp-Name"] = params[_NAMED[method]]
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    heads["Content-Length"] = str(len(body))
    lines = [f"{name}: {value}\r\n" for name, value in heads.items()]
    return f"POST /mcp HTTP/1.1\r\n{''.join(lines)}\r\n".encode() + body


async def answer(reader: asyncio.StreamReader) -> tuple[int, str]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return int(head[9:12]), (await reader.readexactly(length)).decode()
