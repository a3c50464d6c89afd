"""Who goes to an identity provider, or out by it, has no visit by key any more."""

import httpx2
import pytest
from pydantic import SecretStr
from starlette.responses import PlainTextResponse

from mcpskills_dashboard.leaving import Leaving
from mcpskills_dashboard.visits import Visits

HERE = "http://localhost:8501"


async def goes_on(path: str, page: str) -> bool:
    """Whether a visit does when its browser asks for the path from a page."""
    visits = Visits()
    visit = visits.begin(SecretStr("oms_key"), ("default", "key:1"))
    transport = httpx2.ASGITransport(app=Leaving(PlainTextResponse("a page"), visits, None))
    async with httpx2.AsyncClient(transport=transport, base_url=HERE) as http:
        answer = await http.get(path, headers={"Referer": page, "Cookie": f"mcpskills-visit-8501={visit}"})
        assert answer.text == "a page"
    return visits.key(visit) is not None


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/auth/login", "/auth/logout"])
async def test_who_leaves_by_a_page_of_the_dashboard_leaves_the_visit_by_key_that_the_browser_had(path: str):
    assert not await goes_on(path, f"{HERE}/skills")


@pytest.mark.anyio
@pytest.mark.parametrize("page", ["", "https://evil.example/", "http://localhost:3000/", "http://["])
async def test_no_page_of_elsewhere_ends_a_visit(page: str):
    assert await goes_on("/auth/login", page)


@pytest.mark.anyio
async def test_other_pages_end_none():
    assert await goes_on("/skills", f"{HERE}/skills")
