"""The requests that are measured, in both eras of the protocol, and what makes an answer right. One row of `ASKS` each."""

import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import corpus

ANY_SKILL: Final = "skill-NUMBER"
"""Stands for a name of a skill, and is as long as one, so that the length of a request is right before it has a number."""

PATH: Final = "/mcp"
PATIENCE: Final = 120.0


@dataclass(frozen=True)
class Era:
    version: str
    enveloped: bool
    """Whether each request says in `_meta` and in headers what it is."""


HANDSHAKE: Final = Era("2025-06-18", enveloped=False)
PRESENT: Final = Era("2026-07-28", enveloped=True)
ERAS: Final = (HANDSHAKE, PRESENT)

_ENVELOPE: Final = {
    "io.modelcontextprotocol/protocolVersion": PRESENT.version,
    "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {"extensions": {"io.modelcontextprotocol/skills": {}}},
}


@dataclass(frozen=True)
class Ask:
    """`named` is what the present era repeats in a header. An answer to a request of one skill has its sentence."""

    name: str
    method: str
    params: Mapping[str, Any]
    named: str | None = None
    of_one_skill: bool = True

    def headers(self, era: Era, key: str | None) -> dict[str, str]:
        made = {
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": era.version,
        }
        if era.enveloped:
            made["Mcp-Method"] = self.method
            made |= {"Mcp-Name": self.named} if self.named else {}
        return made if key is None else {**made, "Authorization": f"Bearer {key}"}

    def body(self, era: Era) -> bytes:
        params = {**self.params, "_meta": _ENVELOPE} if era.enveloped else self.params
        asked = {"jsonrpc": "2.0", "id": 1, "method": self.method, **({"params": params} if params else {})}
        return json.dumps(asked, separators=(",", ":")).encode()

    def body_about(self, era: Era, number: int) -> bytes:
        """For the skill of this number."""
        return self.body(era).replace(ANY_SKILL.encode(), corpus.name(number).encode())

    def raw(self, era: Era, door: "Door") -> bytes:
        """The bytes that go over the wire, once `NUMBER` is a number."""
        body = self.body(era)
        headers = {"Host": f"127.0.0.1:{door.port}", **self.headers(era, door.key), "Content-Length": str(len(body))}
        lines = [f"POST {PATH} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        return "\r\n".join(lines).encode() + body


TOOLS_LIST: Final = Ask("tools/list", "tools/list", {}, of_one_skill=False)
LOAD_SKILL: Final = Ask(
    "load_skill", "tools/call", {"name": "load_skill", "arguments": {"name": ANY_SKILL}}, "load_skill"
)
ASKS: Final = (
    LOAD_SKILL,
    Ask("resources/read", "resources/read", {"uri": f"skill://{ANY_SKILL}/SKILL.md"}, f"skill://{ANY_SKILL}/SKILL.md"),
    Ask("prompts/get", "prompts/get", {"name": ANY_SKILL}, ANY_SKILL),
    Ask("skills/list", "skills/list", {}, of_one_skill=False),
    TOOLS_LIST,
)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def fault(self, ask: Ask, number: int) -> str | None:
        """What is wrong with it as the answer about this skill; None when it is right."""
        if self.status != http.client.OK:
            return f"expected status 200, got {self.status}: {self.body[:300]!r}"
        result = json.loads(self.body).get("result")
        if result is None or result.get("isError"):
            return f"expected a result, got {self.body[:300]!r}"
        if ask.of_one_skill:
            right = any(corpus.sentence(number) in text for text in _texts(result))
            return None if right else f"expected the text of {corpus.name(number)}, got {self.body[:300]!r}"
        listed = result[ask.method.partition("/")[0]]
        return None if listed else f"expected a list that is not empty, got {self.body[:300]!r}"


@dataclass(frozen=True)
class Door:
    """Where a server answers, and the key that it lets callers in with."""

    port: int
    key: str | None


class Asking:
    """A connection to one server that stays open. Raises `OSError` and `HTTPException`."""

    def __init__(self, door: Door) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=PATIENCE)
        self._key = door.key

    def ask(self, ask: Ask, era: Era, number: int) -> Answer:
        name = corpus.name(number)
        headers = {key: value.replace(ANY_SKILL, name) for key, value in ask.headers(era, self._key).items()}
        self._connection.request("POST", PATH, ask.body_about(era, number), headers)
        response = self._connection.getresponse()
        return Answer(response.status, tuple(response.getheaders()), response.read())

    def status(self, path: str) -> int:
        self._connection.request("GET", path)
        response = self._connection.getresponse()
        response.read()
        return response.status

    def close(self) -> None:
        self._connection.close()


def _texts(result: object) -> Iterator[str]:
    """Every string in it, at any depth."""
    match result:
        case str():
            yield result
        case dict():
            for value in result.values():
                yield from _texts(value)
        case list():
            for value in result:
                yield from _texts(value)
