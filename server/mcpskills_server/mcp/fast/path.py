"""The fast path as an ASGI application in front of another, which answers all that is not answered here."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from http import HTTPStatus
from time import perf_counter
from typing import Final, NamedTuple

import msgspec
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
from msgspec import structs

from mcpskills.access import Caller
from mcpskills.asgi import DONE, WHOLE, Answer, Application, Message, Receive, Scope, Send
from mcpskills.folder import SKILL_FILE
from mcpskills.outline import Outline
from mcpskills.snapshot import Snapshot
from mcpskills_server.auth import sight
from mcpskills_server.auth.calling import caller
from mcpskills_server.auth.vouching import Still, vouched
from mcpskills_server.mcp import allowed
from mcpskills_server.mcp.fast.asked import MOST_BYTES, Asked, Heads, Reading
from mcpskills_server.mcp.fast.memory import KEPT, Memory
from mcpskills_server.mcp.fast.rendering import Rendering
from mcpskills_server.mcp.uris import SCHEME
from mcpskills_server.mcp.wire import UNREADABLE
from mcpskills_server.recording.taken import Swift
from mcpskills_server.replica import Replica, View
from mcpskills_server.settings import ServerSettings
from mcpskills_server.telemetry.tally import Tally

_CONTENT_TYPE: Final = (b"content-type", b"application/json")
_LINES: Final = b"%b: %b\r\n" % _CONTENT_TYPE
_OK: Final = int(HTTPStatus.OK)
"""Hashing a member of an enumeration takes as long as reading the headers."""

_INSTRUCTIONS: Final = f"/{SKILL_FILE}"
_SETTLED: Final = frozenset({"load_skill", "read_skill_file", "search_skills"})
"""Tools whose results depend on nothing but arguments and view."""


class _LoadArguments(msgspec.Struct, forbid_unknown_fields=True):
    name: str


_load_arguments = msgspec.json.Decoder(_LoadArguments).decode


class Sender(NamedTuple):
    """What headers say, the address that they came from, and who calls."""

    heads: Heads
    client: tuple[str, int] | None
    who: Caller


class FastPath:
    """Answers `POST /mcp` from the replica's present view where it can."""

    def __init__(
        self,
        replica: Replica,
        settings: ServerSettings,
        behind: Application,
        tally: Tally,
        known: Callable[[str, str], str | None] = lambda _session, _caller: None,
        *,
        record: Callable[[Swift], None] | None = None,
        is_broken: Callable[[], bool] = lambda: False,
    ) -> None:
        """`known` has the protocol version of a session of a caller, by their id, that is certainly open.

        `record` remembers what is answered here. Once the server `is_broken`, requests that were answered before are not answered
        again.
        """
        self._is_broken = is_broken
        self._record = record
        self._known = known
        self._replica = replica
        self._behind = behind
        self._tally = tally
        self._stateless = not settings.keeps_sessions
        self._reading = Reading(allowed.hosts(settings))
        self._rendering = Rendering()
        self._memory = Memory()
        self._answers = {
            "resources/read": self._read,
            "skills/get": self._entry,
            "prompts/get": self._prompt,
            "tools/call": self._call,
        }

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        # Not a coroutine of its own: making a task for one takes longer than most answers.
        whole = scope.pop(WHOLE, None)
        if whole is None:
            return self._gathered(scope, receive, send)
        began = perf_counter()
        heads = self._heads(scope)
        asked = None if heads is None else self._reading.request(heads, whole.content)
        if heads is None or asked is None:
            return self._behind(scope, receive, self._tally.counted(send))
        view = sight.present(self._replica, scope)
        result = self._result(asked, view)
        if result is None:
            return self._pass_on(scope, receive, self._tally.counted(send, asked.method), asked, view)
        if self._opens(asked):
            return self._open(scope, receive, send, asked, result)
        sender, vouches = Sender(heads, scope.get("client"), caller(scope)), vouched(scope)
        _send(result, asked, whole.answer)
        self._note(began, sender, asked, view)
        if vouches is not None:
            whole.repeat(partial(self._repeat, sender, vouches))
        return DONE

    def _repeat(
        self, sender: Sender, vouches: Sequence[Still], name: bytes | None, body: bytes, answer: Answer
    ) -> bool:
        """Answer what has the same header as a request that was answered here; see `asgi.Repeat`."""
        began = perf_counter()
        heads, client, who = sender
        if self._is_broken() or not self._replica.ready or not self._is_open(heads, who):
            return False
        if name is not None:
            heads = Heads(heads.version, heads.method, name.decode("latin-1"), heads.session, heads.agent)
            sender = Sender(heads, client, who)
        asked = self._reading.request(heads, body)
        if asked is None or self._opens(asked):
            return False
        view = sight.seen_by(who, self._replica.view)
        result = self._result(asked, view)
        if result is None or not all(still() for still in vouches):
            return False
        _send(result, asked, answer)
        self._note(began, sender, asked, view)
        return True

    def _note(self, began: float, sender: Sender, asked: Asked, view: View) -> None:
        """Count and record a request that was answered here."""
        seconds = perf_counter() - began
        self._tally.add(asked.method, _OK, seconds)
        if self._record is not None:
            heads, client, who = sender
            self._record((began, seconds, heads, client, who.id, asked, view))

    async def _gathered(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Where the body is still to come, or the server does not know of `Whole`."""
        began = perf_counter()
        heads = self._heads(scope)
        if heads is None:
            await self._behind(scope, receive, self._tally.counted(send))
            return
        message = await receive()
        messages = [message]
        if message.get("more_body", False):
            await _gather(messages, receive)
        asked = self._reading.request(heads, _body(messages))
        if asked is None:
            await self._behind(scope, _again(messages, receive), self._tally.counted(send))
            return
        view = sight.present(self._replica, scope)
        result = self._result(asked, view)
        if result is None:
            await self._pass_on(scope, _again(messages, receive), self._tally.counted(send, asked.method), asked, view)
            return
        if self._opens(asked):
            await self._open(scope, _again(messages, receive), send, asked, result)
            return
        body = _answer(asked, result)
        headers = [_CONTENT_TYPE, (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": _OK, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        self._note(began, Sender(heads, scope.get("client"), caller(scope)), asked, view)

    def again(self, asked: Asked, view: View) -> bytes | None:
        """The result that was given from the view, if it can still be told."""
        answer = self._answers.get(asked.method)
        result = None if answer is None else answer(asked, view.snapshot)
        return self._memory.get(asked, view) if result is None else result

    def _is_open(self, heads: Heads, who: Caller) -> bool:
        """Whether the session, if there is one, still has the version that the headers were read with."""
        return heads.session is None or self._stateless or self._known(heads.session, who.id) == heads.version

    def _opens(self, asked: Asked) -> bool:
        """Whether a session must be opened, whatever is answered."""
        return asked.method == "initialize" and not self._stateless

    def _open(self, scope: Scope, receive: Receive, send: Send, asked: Asked, result: bytes) -> Awaitable[None]:
        scope[KEPT] = _answer(asked, result)
        return self._behind(scope, receive, self._tally.counted(send, asked.method))

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send, asked: Asked, view: View) -> None:
        if asked.method == "tools/call" and asked.name not in _SETTLED:
            await self._behind(scope, receive, send)
            return
        answer = _Answer(send)
        await self._behind(scope, receive, answer)
        # It was given from one view, if there was no other meanwhile.
        if answer.body is not None and view is sight.present(self._replica, scope):
            self._memory.keep(asked, answer.body, view)

    def _heads(self, scope: Scope) -> Heads | None:
        if scope["method"] != "POST" or not self._replica.ready:
            return None
        heads = self._reading.heads(scope["headers"])
        if heads is None or heads.session is None or self._stateless:
            return heads
        here = heads.version in HANDSHAKE_PROTOCOL_VERSIONS
        version = self._known(heads.session, caller(scope).id) if here else None
        return None if version is None else structs.replace(heads, version=version)

    def _result(self, asked: Asked, view: View) -> bytes | None:
        answer = self._answers.get(asked.method)
        # Not kept: looking it up takes about as long as making it, and then it would matter how many skills there are.
        result = None if answer is None else answer(asked, view.snapshot)
        return self._memory.get(asked, view) if result is None else result

    def _read(self, asked: Asked, snapshot: Snapshot) -> bytes | None:
        found = _named_by(asked.uri, snapshot)
        return None if found is None else self._rendering.read(asked.version, found)

    def _entry(self, asked: Asked, snapshot: Snapshot) -> bytes | None:
        found = _named_by(asked.uri, snapshot)
        return None if found is None else self._rendering.entry(asked.version, found)

    def _prompt(self, asked: Asked, snapshot: Snapshot) -> bytes | None:
        found = snapshot.skills.outline(asked.name or "") if asked.arguments in {b"", b"{}"} else None
        return None if found is None else self._rendering.prompt(asked.version, found)

    def _call(self, asked: Asked, snapshot: Snapshot) -> bytes | None:
        if asked.name != "load_skill":
            return None
        try:
            found = snapshot.skills.outline(_load_arguments(asked.arguments).name)
        except UNREADABLE:
            return None
        return None if found is None else self._rendering.load(asked.version, found)


class _Answer:
    """A `send` that passes an answer on and keeps the body of a good one that came whole."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._good = False
        self.body: bytes | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._good = message["status"] == HTTPStatus.OK and _CONTENT_TYPE in message["headers"]
        elif self._good and not message.get("more_body", False):
            self.body = message.get("body", b"")
        else:
            self._good = False
        await self._send(message)


def _send(result: bytes, asked: Asked, answer: Answer) -> None:
    answer(_LINES, b'{"jsonrpc":"2.0","id":%b,"result":' % asked.id, result, b"}")


def _answer(asked: Asked, result: bytes) -> bytes:
    return b'{"jsonrpc":"2.0","id":%b,"result":%b}' % (asked.id, result)


def _named_by(uri: str | None, snapshot: Snapshot) -> Outline | None:
    """The live skill whose SKILL.md has this address, in its plain spelling, if everybody sees it."""
    if uri is None or not uri.startswith(SCHEME) or not uri.endswith(_INSTRUCTIONS):
        return None
    name = uri[len(SCHEME) : -len(_INSTRUCTIONS)]
    # What is said of how long others may be kept is said here for all of them alike.
    return None if name in snapshot.restricted else snapshot.skills.outline(name)


async def _gather(messages: list[Message], receive: Receive) -> None:
    """Receive the rest of the body, or as much of it as is too much for us."""
    size = len(messages[-1].get("body", b""))
    while messages[-1].get("more_body", False) and size <= MOST_BYTES:
        messages.append(await receive())
        size += len(messages[-1].get("body", b""))


def _body(messages: list[Message]) -> bytes:
    """Empty unless all of it is there."""
    if messages[-1]["type"] != "http.request" or messages[-1].get("more_body", False):
        return b""
    if len(messages) == 1:
        return bytes(messages[0].get("body", b""))
    return b"".join(each.get("body", b"") for each in messages)


def _again(messages: list[Message], receive: Receive) -> Receive:
    """Gives what was received once more, then goes on receiving."""
    messages.reverse()

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay
