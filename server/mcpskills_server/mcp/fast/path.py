"""The fast path as an ASGI application in front of another, which answers all that is not answered here."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from time import perf_counter
from typing import Final, NamedTuple

import msgspec
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
from msgspec import structs

from mcpskills.access import Caller
from mcpskills.asgi import DONE, WHOLE, Answer, Application, Message, Receive, Scope, Send
from mcpskills.folder import SKILL_FILE
from mcpskills.snapshot import Entry, Snapshot
from mcpskills_server.auth import sight
from mcpskills_server.auth.calling import caller
from mcpskills_server.auth.vouching import Still, Vouched, vouched
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


class _Found(NamedTuple):
    """A result, and the skill that it is about, where it was made of one."""

    result: bytes
    about: Entry | None = None


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
        self._memory = Memory()
        rendering = Rendering()
        self._of_one_skill = {
            "resources/read": (_addressed, rendering.read),
            "skills/get": (_addressed, rendering.entry),
            "prompts/get": (_prompted, rendering.prompt),
            "tools/call": (_loaded, rendering.load),
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
        found = self._found(asked, view)
        if found is None:
            return self._pass_on(scope, receive, self._tally.counted(send, asked.method), asked, view)
        if self._opens(asked):
            return self._open(scope, receive, send, asked, found.result)
        sender, vouches = Sender(heads, scope.get("client"), caller(scope)), vouched(scope)
        _send(found.result, asked, whole.answer)
        self._note(began, sender, asked, view, found.about)
        if vouches is not None:
            whole.repeat(_Repeating(self, sender, vouches))
        return DONE

    def repeat(self, sender: Sender, counts: Still, body: bytes, answer: Answer) -> None:
        """Answer a further request of who was answered here, once it `counts`, or leave it to be read as any other."""
        began = perf_counter()
        heads, _, who = sender
        if self._is_broken() or not self._replica.ready or not self._is_open(heads, who):
            return
        asked = self._reading.request(heads, body)
        if asked is None or self._opens(asked):
            return
        view = sight.seen_by(who, self._replica.view)
        found = self._found(asked, view)
        if found is None or not counts():
            return
        _send(found.result, asked, answer)
        self._note(began, sender, asked, view, found.about)

    def _note(self, began: float, sender: Sender, asked: Asked, view: View, about: Entry | None) -> None:
        """Count and record a request that was answered here."""
        seconds = perf_counter() - began
        self._tally.add(asked.method, _OK, seconds)
        if self._record is not None:
            heads, client, who = sender
            self._record((began, seconds, heads, client, who.id, asked, view, about))

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
        found = self._found(asked, view)
        if found is None:
            await self._pass_on(scope, _again(messages, receive), self._tally.counted(send, asked.method), asked, view)
            return
        if self._opens(asked):
            await self._open(scope, _again(messages, receive), send, asked, found.result)
            return
        body = _answer(asked, found.result)
        headers = [_CONTENT_TYPE, (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": _OK, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        self._note(began, Sender(heads, scope.get("client"), caller(scope)), asked, view, found.about)

    def again(self, asked: Asked, view: View) -> bytes | None:
        """The result that was given from the view, if it can still be told."""
        found = self._found(asked, view)
        return None if found is None else found.result

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

    def _found(self, asked: Asked, view: View) -> "_Found | None":
        kind = self._of_one_skill.get(asked.method)
        if kind is not None:
            which, rendered = kind
            about = which(asked, view.snapshot)
            outline = None if about is None else view.snapshot.skills.outlined(about)
            # Not kept: looking it up takes about as long as making it, and then it would matter how many skills there are.
            result = None if outline is None else rendered(asked.version, outline)
            if result is not None:
                return _Found(result, about)
        result = self._memory.get(asked, view)
        return None if result is None else _Found(result)


class _Repeating:
    """A `Repeat` for one header of one connection.

    Once it may not pass it never does again: when it was read as any other and is answered here anew, there is another one.
    """

    __slots__ = ("_counts", "_ended", "_lets_in", "_path", "_sender")

    def __init__(self, path: FastPath, sender: Sender, vouched: Vouched) -> None:
        self._path = path
        self._sender = sender
        self._lets_in, self._counts = vouched
        self._ended = False

    def __call__(self, name: bytes | None, body: bytes, answer: Answer) -> None:
        if self._ended or not self._lets_in():
            self._ended = True
            return
        sender = self._sender
        if name is not None:
            heads, client, who = sender
            named = Heads(heads.version, heads.method, name.decode("latin-1"), heads.session, heads.agent)
            sender = Sender(named, client, who)
        self._path.repeat(sender, self._passes, body, answer)

    def _passes(self) -> bool:
        self._ended = self._counts is not None and not self._counts()
        return not self._ended


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


def _addressed(asked: Asked, snapshot: Snapshot) -> Entry | None:
    """The live skill whose SKILL.md has this address, in its plain spelling, if everybody sees it."""
    uri = asked.uri
    if uri is None or not uri.startswith(SCHEME) or not uri.endswith(_INSTRUCTIONS):
        return None
    name = uri[len(SCHEME) : -len(_INSTRUCTIONS)]
    # What is said of how long others may be kept is said here for all of them alike.
    return None if name in snapshot.restricted else snapshot.skills.entry(name)


def _prompted(asked: Asked, snapshot: Snapshot) -> Entry | None:
    return snapshot.skills.entry(asked.name or "") if asked.arguments in {b"", b"{}"} else None


def _loaded(asked: Asked, snapshot: Snapshot) -> Entry | None:
    if asked.name != "load_skill":
        return None
    try:
        return snapshot.skills.entry(_load_arguments(asked.arguments).name)
    except UNREADABLE:
        return None


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
