"""How a browser gets the cookie that it remembers a visit by, and who does not."""

from http.cookies import SimpleCookie

import httpx2
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from mcpskills_dashboard import remembering
from mcpskills_dashboard.visits import Visits

KEY = SecretStr("oms_key")
ADA = ("default", "oidc:ada")
ORIGIN = "http://localhost:8501"


@pytest.fixture
def visits() -> Visits:
    return Visits()


async def asked(visits: Visits, method: str = "POST", **headers: str) -> httpx2.Response:
    application = Starlette(routes=[remembering.route(visits)])
    transport = httpx2.ASGITransport(app=application)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http:
        return await http.request(method, remembering.PATH, headers=headers)


@pytest.mark.anyio
async def test_the_cookie_has_the_id_and_is_for_no_script_and_no_other_site(visits):
    visit = visits.begin(KEY, ADA)

    answer = await asked(visits, origin=ORIGIN, **{remembering.TICKET: visits.ticket(visit)})

    [(name, cookie)] = SimpleCookie(answer.headers["Set-Cookie"]).items()
    assert (answer.status_code, answer.content) == (204, b"")
    assert (name, cookie.value) == ("mcpskills-visit-8501", visit)
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "strict", "")
    assert (cookie["path"], cookie["domain"], cookie["max-age"], cookie["expires"]) == ("/", "", "", "")


@pytest.mark.anyio
async def test_over_https_the_cookie_is_of_this_host_alone_and_never_without_encryption(visits):
    ticket = visits.ticket(visits.begin(KEY, ADA))

    answer = await asked(visits, origin="https://skills.example", **{remembering.TICKET: ticket})

    [(name, cookie)] = SimpleCookie(answer.headers["Set-Cookie"]).items()
    assert name == "__Host-mcpskills-visit"
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")


@pytest.mark.anyio
async def test_without_a_ticket_or_an_origin_or_by_a_link_there_is_no_cookie(visits):
    ticket = visits.ticket(visits.begin(KEY, ADA))

    refused = [
        await asked(visits, origin=ORIGIN),
        await asked(visits, origin=ORIGIN, **{remembering.TICKET: "another"}),
        await asked(visits, **{remembering.TICKET: ticket}),
        await asked(visits, "GET", origin=ORIGIN, **{remembering.TICKET: ticket}),
    ]

    assert [answer.status_code for answer in refused] == [403, 403, 403, 405]
    assert not any("Set-Cookie" in answer.headers for answer in refused)


@pytest.mark.anyio
async def test_a_browser_that_signs_in_again_leaves_what_it_had(visits):
    former, other = visits.begin(KEY, ADA), visits.begin(KEY, ADA)
    visit = visits.begin(KEY, ADA)
    had = f"mcpskills-visit-8501={former}; mcpskills-visit-9000={other}; _streamlit_user=2; _streamlit_user_tokens_1=3"

    refused = await asked(visits, origin=ORIGIN, cookie=had)
    before = visits.key(former)
    answer = await asked(visits, origin=ORIGIN, cookie=had, **{remembering.TICKET: visits.ticket(visit)})

    assert (refused.status_code, before) == (403, KEY)
    assert [visits.key(each) for each in (former, other, visit)] == [None, KEY, KEY]
    given = SimpleCookie("; ".join(answer.headers.get_list("Set-Cookie")))
    assert given["mcpskills-visit-8501"].value == visit
    assert (given["_streamlit_user"].value, given["_streamlit_user_tokens_1"].value) == ("", "")
