"""What every answer says to browsers and caches, the refusals of the connection layer included."""

import asyncio

import pytest

from attacked_server import WHOLE, rest, serving
from mcpskills.answer_headers import of_every_answer

pytestmark = pytest.mark.anyio

CLOSING = WHOLE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
REQUESTS = {
    "an answer": (CLOSING, b"200"),
    "an address that nobody knows": (CLOSING.replace(b"GET /", b"GET /nowhere"), b"404"),
    "a header that is too long": (b"GET / HTTP/1.1\r\nX-Long: " + b"x" * 70_000 + b"\r\n\r\n", b"431"),
    "what is no HTTP": (b"nonsense\r\n\r\n", b"400"),
}


@pytest.mark.parametrize(("request_", "status"), REQUESTS.values(), ids=REQUESTS)
async def test_every_answer_is_for_its_caller_alone_and_no_page(request_: bytes, status: bytes):
    async with serving() as server, server.connection(request_) as (reader, _):
        head = (await rest(reader)).partition(b"\r\n\r\n")[0].lower().split(b"\r\n")

    assert head[0].split()[1] == status
    for name, value in of_every_answer(0):
        assert head.count(f"{name}: {value}".lower().encode()) == 1
    assert not any(line.startswith((b"strict-transport-security", b"server:")) for line in head)


async def test_https_is_promised_where_the_settings_say_so():
    async with serving(hsts_seconds=31_536_000) as server, server.connection(CLOSING) as (reader, _):
        said = await asyncio.wait_for(rest(reader), 30)

    assert b"\r\nstrict-transport-security: max-age=31536000\r\n" in said.lower()
