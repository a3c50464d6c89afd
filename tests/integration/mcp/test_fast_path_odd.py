"""Requests that no client sends are answered as the SDK's server answers them, whatever the fast path thinks of them."""

from collections.abc import Iterator
from typing import Any

import pytest

from integration.mcp.fast_and_sdk import ANYBODY, AT, HEADERS, MODERN, READ, Both, Request, a_request, seen
from mcpskills_server.auth.calling import called_by
from mcpskills_server.mcp.fast.path import FastPath
from mcpskills_server.settings import ServerSettings
from mcpskills_server.telemetry.tally import Tally

CLIENT = "io.modelcontextprotocol/clientInfo"
ODD = {
    "another method in the header": a_request(*READ, **AT, headers={"mcp-method": "tools/list"}),
    "another name in the header": a_request(*READ, **AT, headers={"mcp-name": "skill://plain-one/SKILL.md"}),
    "an encoded name in the header": a_request(*READ, **AT, headers={"mcp-name": "=?base64?c2tpbGw=?="}),
    "no method in the header": a_request(*READ, **AT, headers={"mcp-method": None}),
    "a version nobody knows": a_request(*READ, **AT, headers={"mcp-protocol-version": "2030-01-01"}),
    "another version in the body": a_request(
        *READ, **AT, _meta={"io.modelcontextprotocol/protocolVersion": "2025-11-25"}
    ),
    "capabilities that are none": a_request(*READ, **AT, _meta={"io.modelcontextprotocol/clientCapabilities": 5}),
    "capabilities of the wrong kind": a_request(
        *READ, **AT, _meta={"io.modelcontextprotocol/clientCapabilities": {"sampling": 5}}
    ),
    "a client without a name": a_request(*READ, **AT, _meta={"io.modelcontextprotocol/clientInfo": {"version": "1"}}),
    "a foreign host": a_request(*READ, **AT, headers={"host": "evil.example"}),
    "no host": a_request(*READ, **AT, headers={"host": ""}),
    "a foreign origin": a_request(*READ, **AT, headers={"origin": "https://evil.example"}),
    "an origin of ours": a_request(*READ, **AT, headers={"origin": "http://localhost:8000"}),
    "text": a_request(*READ, **AT, headers={"content-type": "text/plain"}),
    "JSON with a charset": a_request(*READ, **AT, headers={"content-type": "application/json; charset=utf-8"}),
    "JSON alone accepted": a_request(*READ, **AT, headers={"accept": "application/json"}),
    "everything accepted": a_request(*READ, **AT, headers={"accept": "*/*"}),
    "types accepted that look alike": a_request(
        *READ, **AT, headers={"accept": "application/jsonp, text/event-streams"}
    ),
    "nothing accepted": a_request(*READ, **AT, headers={"accept": "text/html"}),
    "a session of somebody else": a_request(*READ, **AT, headers={"mcp-session-id": "foreign"}),
    "a parameter's header": a_request(*READ, **AT, headers={"mcp-param-x": "1"}),
    "a level of logging": a_request(*READ, **AT, _meta={"io.modelcontextprotocol/logLevel": "debug"}),
    "a progress token": a_request(*READ, **AT, _meta={"progressToken": "p"}),
    "no body": Request(b"", list(HEADERS.items())),
    "no JSON": Request(b"{", list(HEADERS.items())),
    "a batch": Request(b'[{"jsonrpc":"2.0","id":1,"method":"ping"}]', list(HEADERS.items())),
    "a notification": Request(b'{"jsonrpc":"2.0","method":"notifications/initialized"}', list(HEADERS.items())),
    "another JSON-RPC": Request(b'{"jsonrpc":"1.0","id":1,"method":"ping"}', list(HEADERS.items())),
    "an id that is null": Request(b'{"jsonrpc":"2.0","id":null,"method":"ping"}', list(HEADERS.items())),
    "an id that is a fraction": Request(b'{"jsonrpc":"2.0","id":1.5,"method":"ping"}', list(HEADERS.items())),
    "an id that is true": Request(b'{"jsonrpc":"2.0","id":true,"method":"ping"}', list(HEADERS.items())),
    "a huge id": Request(b'{"jsonrpc":"2.0","id":123456789012345678901234,"method":"ping"}', list(HEADERS.items())),
    "a text as id": Request(b'{"jsonrpc":"2.0","id":"a\\u00e9\\"","method":"ping"}', list(HEADERS.items())),
    "one more member": Request(b'{"jsonrpc":"2.0","id":1,"method":"ping","x":1}', list(HEADERS.items())),
    "a member twice": Request(b'{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}', list(HEADERS.items())),
    "a lone surrogate": Request(
        b'{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"\\ud800"}}', list(HEADERS.items())
    ),
    "bytes that are no text": Request(b'{"jsonrpc":"2.0","id":"\xff","method":"ping"}', list(HEADERS.items())),
    "arguments that are no text": Request(
        b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"load_skill","arguments":{"name":"\xff"}}}',
        list(HEADERS.items()),
    ),
    "capabilities that are no text": Request(
        a_request(*READ, **AT).body.replace(b'{"extensions"', b'{"\xff": {}, "extensions"'),
        a_request(*READ, **AT).headers,
    ),
    "a number that is too large": Request(
        a_request(*READ, **AT).body.replace(b'{"extensions"', b'{"sampling": {"x": 1e999}, "extensions"'),
        a_request(*READ, **AT).headers,
    ),
    "an opening's parameter that is no text": Request(
        a_request("resources/read", "2025-06-18", **AT, capabilities="~").body.replace(b"~", b"\xff"),
        list(HEADERS.items()),
    ),
    "a client that is no text": Request(
        a_request("resources/read", "2025-06-18", **AT, _meta={CLIENT: "~"}).body.replace(b"~", b"\xff"),
        list(HEADERS.items()),
    ),
    "deep JSON": Request(
        b'{"jsonrpc":"2.0","id":1,"method":"ping","params":' + b'{"a":' * 3_000 + b"1" + b"}" * 3_001,
        list(HEADERS.items()),
    ),
    "a version twice": Request(
        a_request(*READ, **AT).body, [*a_request(*READ, **AT).headers, ("mcp-method", "resources/read")]
    ),
    "metadata in the handshake era": a_request(
        "resources/read", "2025-06-18", **AT, _meta={"io.modelcontextprotocol/protocolVersion": MODERN}
    ),
    "a method's header in the handshake era": a_request("ping", "2025-06-18", headers={"mcp-method": "tools/list"}),
    "no version": a_request("ping", "2025-06-18", headers={"mcp-protocol-version": None}),
}


@pytest.mark.anyio
@pytest.mark.parametrize("request_", ODD.values(), ids=ODD.keys())
async def test_odd_requests_are_answered_as_by_the_sdk(both: Both, request_: Request):
    reference, first, second = await both.ask(request_)

    assert seen(first) == seen(second) == seen(reference)


class Part(dict[str, Any]):
    """A part of a body that counts how often it is looked at."""

    looks = 0

    def get(self, key: str, default: Any = None) -> Any:
        Part.looks += key == "body"
        return super().get(key, default)


@pytest.mark.anyio
async def test_a_body_in_a_thousand_parts_is_looked_at_no_oftener_than_in_one(both: Both):
    request = a_request("tools/call", "2025-11-25", name="load_skill", arguments={"name": "plain-one" + " " * 1_000})
    parts = [Part(type="http.request", body=bytes([byte]), more_body=True) for byte in request.body]
    parts.append(Part(type="http.request", body=b"", more_body=False))
    scope = {"type": "http", "method": "POST", "headers": [(n.encode(), v.encode()) for n, v in request.headers]}
    taken: list[bytes] = []

    async def body_behind(_: Any, receive: Any, __: Any) -> None:
        taken.extend([(await receive())["body"] for _ in range(len(parts))])

    async def no_answer(_: Any) -> None:
        raise AssertionError

    left = iter(parts)
    called_by(scope, ANYBODY)
    await FastPath(both.replica, ServerSettings(), body_behind, Tally())(scope, lambda: _coming(left), no_answer)

    assert b"".join(taken) == request.body
    assert Part.looks <= 3 * len(parts)


async def _coming(parts: Iterator[Any]) -> Any:
    return next(parts)
