"""Who signs in elsewhere comes back to the page that they wanted, and to none that is not ours."""

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from mcpskills_dashboard import addresses
from mcpskills_dashboard.returning import Returning

HERE = "http://localhost"


def signing_in_elsewhere(public_url: str | None = None) -> Returning:
    """As Streamlit leads people out and back: `?error=` is what it knows who did not sign in by, `?lost=` takes a cookie back."""
    out = Route("/auth/login", lambda _: RedirectResponse("https://provider.example/authorize", 302))
    return Returning(Starlette(routes=[out, Route("/oauth2callback", back)]), public_url)


def back(request: Request) -> Response:
    answer = RedirectResponse("/", 302)
    if "lost" in request.query_params:
        answer.delete_cookie("_streamlit_user")
    elif "error" not in request.query_params:
        answer.set_cookie("_streamlit_user", "grace", max_age=3600)
    return answer


def browser_of(application: ASGIApp) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=application), base_url=HERE)


async def led_from(page: str | None) -> tuple[str, str]:
    """Where the way back leads, and where the next one does."""
    async with browser_of(signing_in_elsewhere()) as http:
        out = await http.get("/auth/login", headers={} if page is None else {"Referer": page})
        assert out.headers["Location"] == "https://provider.example/authorize"
        first = await http.get("/oauth2callback")
        second = await http.get("/oauth2callback")
        return first.headers["Location"], second.headers["Location"]


@pytest.mark.anyio
async def test_the_page_with_what_its_address_says_comes_back_once():
    assert await led_from(f"{HERE}/skill?name=pdf-forms&part=files&lang=zh") == (
        "/skill?name=pdf-forms&part=files&lang=zh",
        "/",
    )


@pytest.mark.anyio
@pytest.mark.parametrize(
    "page",
    [
        None,
        "https://evil.example/skill?name=pdf-forms",
        "http://localhost.evil.example/skill",
        "http://localhost:3000/skill",
        f"{HERE}/auth/logout",
        f"{HERE}/oauth2callback?code=1",
        f"{HERE}//evil.example",
        f"{HERE}/skill/../auth/logout",
        f"{HERE}/skill?name={'x' * 3000}",
        "http://[/skill",
    ],
)
async def test_from_any_other_address_people_come_to_the_first_page(page: str | None):
    assert await led_from(page) == ("/", "/")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("planted", "leads_to"),
    [
        ("https%3A%2F%2Fevil.example%2F%2Fsteal", "/"),
        ("%2F%2Fevil.example%2Fskill", "/skill"),
        ("%2F%5C%5Cevil.example", "/"),
        ("%2Fskill%3Fname%3Da%250D%250ASet-Cookie%3A%20a%3Db", "/skill?name=a%0D%0ASet-Cookie%3A+a%3Db"),
        ("%FF", "/"),
    ],
)
async def test_a_cookie_that_somebody_planted_leads_to_our_pages_alone(planted: str, leads_to: str):
    async with browser_of(signing_in_elsewhere()) as http:
        came = await http.get("/oauth2callback", headers={"Cookie": f"mcpskills-asked-for={planted}"})

    assert came.headers["Location"] == leads_to


@pytest.mark.anyio
@pytest.mark.parametrize("how", ["error=access_denied", "lost=1"])
@pytest.mark.parametrize(
    ("page", "leads_to"),
    [
        ("/skill?name=pdf-forms", "/skill?name=pdf-forms&not_signed_in=1"),
        ("/audit", "/audit?not_signed_in=1"),
        ("/elsewhere", "/?not_signed_in=1"),
    ],
)
async def test_who_did_not_sign_in_is_back_as_well_and_the_page_can_say_so(how: str, page: str, leads_to: str):
    async with browser_of(signing_in_elsewhere()) as http:
        await http.get("/auth/login", headers={"Referer": f"{HERE}{page}"})
        came = await http.get(f"/oauth2callback?{how}")

    assert came.headers["Location"] == leads_to


@pytest.mark.anyio
async def test_who_is_signed_in_and_comes_by_an_old_answer_of_the_provider_still_is():
    async with browser_of(signing_in_elsewhere()) as http:
        await http.get("/oauth2callback")
        came = await http.get("/oauth2callback?error=replayed")

    assert came.headers["Location"] == "/"


@pytest.mark.anyio
async def test_a_provider_that_cannot_be_asked_leads_nobody_away():
    out = Route("/auth/login", lambda _: PlainTextResponse("Authentication error", 400))
    async with browser_of(Returning(Starlette(routes=[out]), None)) as http:
        stayed = await http.get("/auth/login", headers={"Referer": f"{HERE}/audit?actor=ada"})

    assert (stayed.status_code, stayed.headers["Location"]) == (302, "/audit?actor=ada&not_signed_in=1")


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("/logs?status=ERROR&next=//evil.example", "/logs?status=ERROR"),
        ("//evil.example/skill?name=a%0d%0ab", "/skill?name=a%0D%0Ab"),
        ("/audit?actor=%E5%BC%A0", "/audit?actor=%E5%BC%A0"),
        ("javascript:skill", "/skill"),
        ("\\\\evil.example\\skill", None),
        ("/skill/pdf-forms", None),
    ],
)
def test_an_address_is_written_anew_with_what_the_page_knows(address: str, own: str | None):
    assert addresses.own(address) == own


@pytest.mark.anyio
async def test_the_cookie_is_for_no_script_and_for_the_way_back_alone():
    transport = httpx2.ASGITransport(app=signing_in_elsewhere("https://skills.example"))
    async with httpx2.AsyncClient(transport=transport, base_url="https://skills.example") as http:
        out = await http.get("/auth/login", headers={"Referer": "https://skills.example/audit"})

    said = out.headers["Set-Cookie"]
    assert said == "mcpskills-asked-for=%2Faudit; HttpOnly; Max-Age=600; Path=/oauth2callback; SameSite=lax; Secure"
