"""Signing in at an identity provider: a user pool of Cognito, its own page, and the groups that it says somebody is in."""

import pytest
from playwright.sync_api import Page, expect

from browsing import Visit, visiting
from dashboard_elsewhere import (
    asks_to_sign_in,
    comes_to_the_page_that_was_asked_for,
    office_elsewhere,
    sign_in_elsewhere,
)
from stand_ins.cognito import PASSWORD, make_pool
from stand_ins.processes import free_port

SCOPES = ("openid", *(f"skills/{scope}" for scope in ("skills:read", "skills:run", "users:write")))


@pytest.fixture(scope="module")
def signed_in_elsewhere(ministack, tmp_path_factory):
    """A registry that takes a pool's tokens, whose makers are developers, and where its dashboard is."""
    pool = make_pool(ministack)
    pool.person("grace", "makers")
    url = f"http://127.0.0.1:{free_port()}"
    client, secret = pool.web_client(f"{url}/oauth2callback", SCOPES)
    trust = {
        "issuer": pool.issuer,
        "jwks_url": pool.jwks_url,
        "client_ids": [client],
        "roles": {"makers": "developer"},
        "scope_prefix": "skills/",
    }
    told = {
        "metadata_url": f"{pool.url}/{pool.id}/.well-known/openid-configuration",
        "client_id": client,
        "client_secret": secret,
        "scopes": " ".join(SCOPES),
        "prompt": "select_account",
    }
    with office_elsewhere(tmp_path_factory.mktemp("office"), url, trust, told) as made:
        yield made, url


def as_grace(page: Page) -> None:
    page.locator("input[name=username]").fill("grace")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")


def test_who_signs_in_at_the_provider_is_back_where_they_were_with_the_role_of_their_group_until_they_sign_out(
    signed_in_elsewhere, browser
):
    _, url = signed_in_elsewhere
    with visiting(browser, url) as visit:
        comes_to_the_page_that_was_asked_for(visit, as_grace, "Developer")

        visit.page.get_by_role("button", name="Sign out").click()
        asks_to_sign_in(visit.page)


def test_a_browser_has_the_last_sign_in_whether_it_was_by_key_or_at_the_provider(signed_in_elsewhere, browser):
    made, url = signed_in_elsewhere
    with visiting(browser, url) as visit:
        by_key, by_token, page = visit, Visit(visit.page.context.new_page(), url), visit.page
        by_token.open("skills")
        by_key.open("skills")
        by_key.sign_in(made.keys["viewer"])

        sign_in_elsewhere(by_token.page, as_grace)
        expect(by_token.page.get_by_text("Developer")).to_be_visible()
        page.get_by_role("link", name="pdf-forms").click()
        expect(page.get_by_text("Your sign-in has ended.")).to_be_visible()

        by_key.sign_in(made.keys["viewer"])
        by_token.page.get_by_role("button", name="Sign out").click()
        asks_to_sign_in(by_token.page)
        page.reload()
        asks_to_sign_in(page)
