"""What a browser is allowed to ask the dashboard for, and to do with its answers."""

import httpx2
import pytest
from starlette.responses import PlainTextResponse

from mcpskills_dashboard.answers import Guarded

GUARDED = Guarded(PlainTextResponse("a page"), hosts=["localhost"], after="/")


async def status(path: str, **headers: str) -> int:
    transport = httpx2.ASGITransport(app=GUARDED)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http:
        return (await http.get(path, headers=headers)).status_code


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("destination", "expected"), [("document", 200), ("", 200), ("image", 403), ("iframe", 403), ("script", 403)]
)
async def test_only_a_page_of_its_own_signs_somebody_out(destination: str, expected: int):
    assert await status("/auth/logout", **{"sec-fetch-dest": destination}) == expected
    assert await status("/media/chart.png", **{"sec-fetch-dest": destination}) == 200


@pytest.mark.anyio
async def test_a_foreign_name_of_this_machine_gets_nowhere():
    assert await status("/", host="rebound.example") == 400
