"""Requests to `/mcp` that no client sends: each is refused with the right status and a JSON body, and costs little."""

import asyncio
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from builders import write_skill
from mcpskills.connection import Limits
from servers import running

pytestmark = pytest.mark.anyio

WAIT_SECONDS = 60
ACCEPT = "Accept: application/json, text/event-stream"
CONTENT = "Content-Type: application/json"
ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
DEPTH = 100_000


@dataclass(frozen=True)
class Era:
    """How requests of one era look: the headers that name it, and the `_meta` of each."""

    headers: tuple[str, ...]
    meta: dict

    def request(self, method, **params):
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, **self.meta}}
        return json.dumps(message).encode()

    def named(self, method, name=None):
        """The headers of a request that is meant well."""
        routed = (f"Mcp-Method: {method}", *((f"Mcp-Name: {name}",) if name else ()))
        return (*self.headers, *(routed if self.headers else ()), ACCEPT, CONTENT)


ERAS = {
    "handshake": Era((), {}),
    "present": Era(("MCP-Protocol-Version: 2026-07-28",), {"_meta": ENVELOPE}),
}


@pytest.fixture(params=ERAS)
def era(request):
    return ERAS[request.param]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One server for all attacks: each must leave it answering."""
    root = tmp_path_factory.mktemp("attacked")
    write_skill(root / "skills")
    with running("serve", str(root / "skills"), "--port", "0", until="Ctrl-C", cwd=root) as started:
        yield started


@pytest.fixture(scope="module")
def port(server):
    return int(server.base_url.rpartition(":")[2])


async def test_a_request_that_is_meant_well_is_answered_whatever_space_is_around_its_headers(port, era):
    headers = [f"{header} \t" for header in era.named("skills/list")]

    status, answer = await send(port, *headers, "Host: \t localhost \t", body=era.request("skills/list"))

    assert status == 200
    assert answer["result"]["skills"][0]["uri"] == "skill://pdf-forms/SKILL.md"


@pytest.mark.parametrize(
    ("header", "status", "words"),
    [
        ("Host: attacker.example", 421, "This Host is not allowed. Add it to MCPSKILLS_ALLOWED_HOSTS."),
        ("Host: localhost.attacker.example", 421, "This Host is not allowed"),
        ("Host: localhost@attacker.example", 421, "This Host is not allowed"),
        ("Host:", 421, "This Host is not allowed"),
        ("Origin: https://attacker.example", 403, "This Origin is not allowed. Add it to MCPSKILLS_ALLOWED_ORIGINS."),
        ("Origin: http://localhost.attacker.example", 403, "This Origin is not allowed"),
        ("Origin: http://localhost@attacker.example", 403, "This Origin is not allowed"),
        ("Origin: null", 403, "This Origin is not allowed"),
    ],
)
async def test_a_foreign_name_or_page_is_refused(port, era, header, status, words):
    sent = await send(port, *era.named("skills/list"), header, body=era.request("skills/list"))

    assert sent[0] == status
    assert words in sent[1]["error"]["message"]


@pytest.mark.parametrize(
    "second",
    [
        "Host: attacker.example",
        "Host: localhost",
        "Origin: https://attacker.example",
        "Mcp-Session-Id: of-somebody-else",
        "MCP-Protocol-Version: 2025-11-25",
        "Content-Type: text/plain",
        "Authorization: Bearer other",
        "Last-Event-ID: 7",
    ],
)
async def test_a_header_that_says_where_a_request_belongs_comes_once(port, era, second):
    name = second.partition(":")[0]
    first = {"Host": "localhost", "Origin": "http://localhost"}.get(name, "2025-11-25")
    headers = [header for header in era.named("skills/list") if not header.startswith(name)]

    status, answer = await send(port, *headers, f"{name}: {first}", second, body=era.request("skills/list"))

    assert status == 400
    assert answer["error"]["code"] == -32020
    assert "more than once" in answer["error"]["message"]


@pytest.mark.parametrize("second", ["MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/list", "Mcp-Name: other"])
async def test_in_the_present_era_what_routes_a_request_comes_once_and_fits_it(port, second):
    era = ERAS["present"]
    body = era.request("resources/read", uri="skill://pdf-forms/SKILL.md")

    twice = await send(port, *era.named("resources/read", "skill://pdf-forms/SKILL.md"), second, body=body)
    others = [
        header
        for header in era.named("resources/read", "skill://pdf-forms/SKILL.md")
        if not header.startswith(second.partition(":")[0])
    ]
    wrong = await send(port, *others, second.replace("2026-07-28", "2026-07-28x"), body=body)

    assert (twice[0], twice[1]["error"]["code"]) == (400, -32020)
    assert (wrong[0], wrong[1]["error"]["code"]) == (400, -32020)


@pytest.mark.parametrize(
    "header",
    [
        "Content-Type: text/plain",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Type: multipart/form-data; boundary=x",
        "Content-Type: application/jsonp",
        "Content-Type:",
        "X-Nothing: at all",
    ],
)
async def test_what_is_not_said_to_be_json_is_refused(port, era, header):
    headers = [other for other in era.named("skills/list") if other != CONTENT]

    status, answer = await send(port, *headers, header, body=era.request("skills/list"))

    assert status == 415
    assert answer["error"]["message"] == "The Content-Type header must be application/json."


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        (b"[" * DEPTH + b"]" * DEPTH, {-32700}),
        (b'{"a":' * DEPTH + b"1" + b"}" * DEPTH, {-32700}),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":{"cursor":' + b"9" * 100_000 + b"}}", {-32700}),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping"', {-32700}),
        (b"\xff\xfe\xfd", {-32700}),
        (b"[]", {-32600, -32602}),
        (b'[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":2,"method":"ping"}]', {-32600, -32602}),
        (b'{"jsonrpc":"1.0","id":1,"method":"ping"}', {-32600, -32602}),
        (b'"ping"', {-32600, -32602}),
    ],
    ids=["deep lists", "deep objects", "a long number", "cut off", "no text", "no batch", "a batch", "1.0", "a string"],
)
async def test_a_body_that_is_no_single_message_is_refused(port, era, body, codes):
    status, answer = await send(port, *era.named("ping"), body=body)

    assert status == 400
    assert answer["error"]["code"] in codes
    assert len(json.dumps(answer)) < 5_000


@pytest.mark.parametrize("depth", [150, 500, 900])
@pytest.mark.parametrize("where", ["arguments", "_meta"])
async def test_a_message_with_something_deep_in_it_is_answered_in_json(port, era, where, depth):
    deep = json.loads('{"a":' * depth + "1" + "}" * depth)
    meta = {**era.meta.get("_meta", {}), **(deep if where == "_meta" else {})}
    arguments = deep if where == "arguments" else {"name": "pdf-forms"}
    params = {"name": "load_skill", "arguments": arguments, "_meta": meta}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).encode()

    status, answer = await send(port, *era.named("tools/call", "load_skill"), body=body)

    assert status in {200, 400}
    assert answer["jsonrpc"] == "2.0"
    assert len(json.dumps(answer)) < 20_000


@pytest.mark.parametrize("cursor", ["A" * 1_000_000, "c2tpbGxzOg" + "YWFh" * 250_000, "世" * 300_000])
@pytest.mark.parametrize("method", ["skills/list", "resources/list", "prompts/list"])
async def test_a_cursor_of_a_million_characters_is_refused_in_few_words(port, era, method, cursor):
    status, answer = await send(port, *era.named(method), body=era.request(method, cursor=cursor))

    assert status == (400 if era.headers else 200)
    assert answer["error"]["code"] == -32602
    assert "start again without a cursor" in answer["error"]["message"]
    assert len(json.dumps(answer)) < 500


@pytest.mark.parametrize("length", ["Content-Length: 5242880", "Content-Length: 99999999999999"])
async def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_read(port, era, length):
    status, answer = await send(port, *era.named("skills/list"), length, body=None)

    assert status == 413
    assert answer["error"]["message"] == "The request's body is too large."


async def test_a_body_of_unknown_length_is_refused_once_it_is_too_large(port, era):
    part = b"100000\r\n" + b" " * 0x100000 + b"\r\n"

    status, answer = await send(port, *era.named("skills/list"), "Transfer-Encoding: chunked", body=None, more=part * 5)

    assert status == 413
    assert answer["error"]["message"] == "The request's body is too large."


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_whatever_is_sent_the_server_needs_little_memory_for_it(server, port, era):
    before = peak_memory(server)
    deep = b"[" * 2_000_000
    long = era.request("skills/list", cursor="A" * 4_000_000)
    part = b"100000\r\n" + b" " * 0x100000 + b"\r\n"

    for _ in range(20):
        await send(port, *era.named("skills/list"), body=deep)
        await send(port, *era.named("skills/list"), body=long)
        await send(port, *era.named("skills/list"), "Transfer-Encoding: chunked", body=None, more=part * 5)

    assert peak_memory(server) - before < 20 * len(deep)


async def test_a_header_without_end_is_not_read_to_its_end(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nX-Long: ")
    reading = asyncio.create_task(asyncio.wait_for(reader.read(), WAIT_SECONDS))

    sent = 0
    while not reading.done() and sent < 1_000 * Limits().head_bytes:
        sent += Limits().head_bytes
        writer.write(b"x" * Limits().head_bytes)
        await asyncio.sleep(0)
        await asyncio.wait([reading], timeout=0.01)
    writer.close()

    assert reading.done()
    assert b"200 OK" not in (b"" if reading.exception() else reading.result())


def peak_memory(server):
    """The most that the server's process ever had, in bytes."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


async def send(port, *headers, body, more=b""):
    """The status and the JSON of the answer. Without a body the headers must say how long it is; `more` follows them."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = ["POST /mcp HTTP/1.1", *headers]
    if not any(header.lower().startswith("host:") for header in headers):
        lines.append("Host: localhost")
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b"") + more)
    try:
        head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), WAIT_SECONDS)).lower()
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        answer = await asyncio.wait_for(reader.readexactly(length), WAIT_SECONDS)
    finally:
        writer.close()
    assert b"content-type: application/json" in head
    return int(head.split()[1]), json.loads(answer)
