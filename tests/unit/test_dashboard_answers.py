"""What a browser is allowed to ask the dashboard for, and to do with its answers."""

import httpx2
import pytest
from starlette.responses import PlainTextResponse

from mcpskills_dashboard.answers import Guarded

HOST = "localhost:8501"
PUBLIC = "https://skills.example"


async def anything(scope, receive, send) -> None:
    """Answers every request, and lets everybody in by WebSocket."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await PlainTextResponse("a page")(scope, receive, send)


GUARDED = Guarded(anything, hosts=["localhost", "skills.example"], after="/", public_url=PUBLIC)


async def answer(path: str, method: str = "GET", **headers: str) -> httpx2.Response:
    transport = httpx2.ASGITransport(app=GUARDED)
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://{HOST}") as http:
        return await http.request(method, path, headers=headers)


async def connected(**headers: str) -> str:
    """What the WebSocket is told first."""
    told = []

    async def send(message) -> None:
        told.append(message["type"])

    async def receive():
        return {"type": "websocket.connect"}

    said = [(name.encode(), value.encode()) for name, value in headers.items()]
    await GUARDED({"type": "websocket", "path": "/_stcore/stream", "headers": said}, receive, send)
    return told[0]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("destination", "expected"), [("document", 200), ("", 200), ("image", 403), ("iframe", 403), ("script", 403)]
)
async def test_only_a_page_of_its_own_signs_somebody_out(destination: str, expected: int):
    assert (await answer("/auth/logout", **{"sec-fetch-dest": destination})).status_code == expected
    assert (await answer("/media/chart.png", **{"sec-fetch-dest": destination})).status_code == 200


@pytest.mark.anyio
async def test_a_foreign_name_of_this_machine_gets_nowhere():
    assert (await answer("/", host="rebound.example")).status_code == 400


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("origin", "is_own"),
    [
        (f"http://{HOST}", True),
        (PUBLIC, True),
        ("http://skills.example", False),
        ("http://localhost:3000", False),
        ("http://127.0.0.1:8501", False),
        ("https://skills.example.evil.example", False),
        ("https://skills.example@evil.example", False),
        ("http://[", False),
        ("file://localhost:8501", False),
        ("null", False),
    ],
)
async def test_a_page_of_elsewhere_or_of_another_port_neither_connects_nor_sends(origin: str, is_own: bool):
    assert await connected(host=HOST, origin=origin) == ("websocket.accept" if is_own else "websocket.close")
    assert (await answer("/visit", "POST", origin=origin)).status_code == (200 if is_own else 403)


@pytest.mark.anyio
async def test_a_page_of_the_public_name_without_its_encryption_is_of_elsewhere():
    assert await connected(host="skills.example", origin="http://skills.example") == "websocket.close"
    assert await connected(host="skills.example", origin=PUBLIC) == "websocket.accept"


@pytest.mark.anyio
async def test_nobody_else_is_told_which_page_somebody_looked_at():
    assert (await answer("/skill?name=hidden")).headers["Referrer-Policy"] == "same-origin"
