"""Signing in at a certified OpenID Connect provider, on its own pages: who comes in with what, and who does not."""

from functools import partial

import pytest
from playwright.sync_api import Page, expect

from browsing import visiting
from dashboard_elsewhere import (
    asks_to_sign_in,
    comes_to_the_page_that_was_asked_for,
    office_elsewhere,
    sign_in_elsewhere,
)
from key_builders import bearing
from mcpskills.access import Scope
from stand_ins.identity_provider import Person, identity_provider
from stand_ins.processes import free_port

PEOPLE = {
    "olga": Person(("chiefs",)),
    "dan": Person(("makers", "office")),
    "nina": Person(),
    "hana": Person(("releasers",), seconds=3),
}
ROLES = {"chiefs": "owner", "makers": "developer", "releasers": "publisher"}
SCOPES = [*Scope]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """The provider, a registry that takes its tokens and makes roles of its groups, and where the dashboard is."""
    root, url = tmp_path_factory.mktemp("elsewhere"), f"http://127.0.0.1:{free_port()}"
    client = {"client_id": "dashboard", "client_secret": "between the two of them"}
    there = {"redirect_uris": [f"{url}/oauth2callback"], "post_logout_redirect_uris": [url]}
    with identity_provider(root, client | there, people=PEOPLE, scopes=SCOPES) as provider:
        trust = {"issuer": provider.url, "roles": ROLES, "leeway_seconds": 0}
        told = client | {
            "metadata_url": provider.metadata_url,
            "scopes": " ".join(["openid", "profile", *SCOPES]),
            "resource": f"{url}/mcp",
            "sign_out_url": provider.sign_out_url("dashboard", url),
        }
        with office_elsewhere(root / "office", url, trust, told) as made:
            yield provider, made, url


@pytest.fixture
def visit(elsewhere, browser):
    with visiting(browser, elsewhere[2]) as begun:
        yield begun


def agree_as(name: str, page: Page) -> None:
    page.get_by_placeholder("Enter any login").fill(name)
    page.get_by_placeholder("and password").fill("whatever it is")
    page.get_by_role("button", name="Sign-in").click()
    expect(page.get_by_role("heading", name="Authorize")).to_be_visible()
    page.get_by_role("button", name="Continue").click()


def test_an_owner_is_back_where_they_were_until_they_sign_out_here_and_there(visit):
    page = visit.page
    comes_to_the_page_that_was_asked_for(visit, partial(agree_as, "olga"), "Owner")
    expect(page.get_by_role("link", name="Audit")).to_be_visible()
    expect(page.get_by_role("button", name="Take offline")).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Yes, sign me out").click()
    asks_to_sign_in(page)
    page.get_by_role("button", name="Sign in with your organisation").click()
    expect(page.get_by_placeholder("Enter any login")).to_be_visible()


def test_a_developer_is_refused_what_the_role_does_not_give_by_the_page_and_by_the_api(elsewhere, visit):
    provider, made, url = elsewhere
    page = visit.page
    visit.open("audit")
    sign_in_elsewhere(page, partial(agree_as, "dan"))
    expect(page.get_by_text("This page needs the scope audit:read, which your role does not give.")).to_be_visible()
    expect(page.get_by_role("link", name="Audit")).to_have_count(0)
    expect(page.get_by_role("link", name="Proposals")).to_be_visible()

    token = provider.sign_in("dan", "openid", *SCOPES, resource=f"{url}/mcp")["access_token"]
    me = made.http.get(f"{made.url}/admin/me", headers=bearing(token)).json()
    refused = made.http.get(f"{made.url}/admin/audit", headers=bearing(token))

    assert (me["id"], me["roles"], me["groups"]) == (f"user:{provider.url} dan", ["developer"], ["makers", "office"])
    assert refused.status_code == 403
    assert 'error="insufficient_scope"' in refused.headers["WWW-Authenticate"]


def test_who_is_in_no_group_is_told_so(visit):
    page = visit.page
    visit.open("skills")
    sign_in_elsewhere(page, partial(agree_as, "nina"))

    expect(page.get_by_text("You are signed in as nina, and no role is given to you here.")).to_be_visible()
    expect(page.get_by_role("link", name="pdf-forms")).to_have_count(0)


def test_a_page_that_is_open_when_the_token_runs_out_asks_to_sign_in_again_and_is_there_then(visit):
    page, asked = visit.page, f"{visit.url}/logs?skill=pdf-forms"
    page.goto(asked)
    sign_in_elsewhere(page, partial(agree_as, "hana"))

    # It draws itself again and again.
    expect(page.get_by_text("Your sign-in at your organisation is not taken, or no longer.")).to_contain_text("expired")
    page.get_by_role("button", name="Sign in with your organisation").click()
    page.wait_for_url(asked)


def test_who_does_not_sign_in_after_all_is_told_so_once_where_they_were(visit):
    page = visit.page
    visit.open("skill", name="pdf-forms")
    page.get_by_role("button", name="Sign in with your organisation").click()
    page.get_by_role("link", name="Cancel").click()

    expect(page.get_by_text("You were not signed in")).to_be_visible()
    expect(page).to_have_url(f"{visit.url}/skill?name=pdf-forms")
    page.reload()
    asks_to_sign_in(page)
    expect(page.get_by_text("You were not signed in")).to_have_count(0)
