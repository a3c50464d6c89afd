"""Signing in at an identity provider: a user pool of Cognito, its own page, and the groups that it says somebody is in."""

import re

import pytest
from playwright.sync_api import expect

from browsing import Visit, visiting
from builders import skill_folder
from dashboard_office import office
from dashboard_process import dashboard
from stand_ins.cognito import PASSWORD, make_pool
from stand_ins.processes import free_port

SCOPES = ("openid", *(f"skills/{scope}" for scope in ("skills:read", "skills:run", "users:write")))


@pytest.fixture(scope="module")
def signed_in_elsewhere(ministack, tmp_path_factory):
    """A registry that takes a pool's tokens, whose makers are developers, and where its dashboard is."""
    pool = make_pool(ministack)
    pool.person("grace", "makers")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    client, secret = pool.web_client(f"{url}/oauth2callback", SCOPES)
    trust = {
        "oidc_issuer": pool.issuer,
        "oidc_jwks_url": pool.jwks_url,
        "oidc_client_ids": [client],
        "oidc_roles": {"makers": "developer"},
        "oidc_scope_prefix": "skills/",
    }
    said = {
        "port": str(port),
        "public_url": url,
        "oidc_metadata_url": f"{pool.url}/{pool.id}/.well-known/openid-configuration",
        "oidc_client_id": client,
        "oidc_client_secret": secret,
        "oidc_scopes": " ".join(SCOPES),
    }
    with office(tmp_path_factory.mktemp("office"), public_url=url, **trust) as made:
        made.publish(skill_folder("pdf-forms"))
        with dashboard(made.url, **said) as where:
            yield made, where


def sign_in_elsewhere(page) -> None:
    page.get_by_role("button", name="Sign in with your organisation").click()
    page.locator("input[name=username]").fill("grace")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")


def test_who_signs_in_at_the_provider_is_back_where_they_were_with_the_role_of_their_group_until_they_sign_out(
    signed_in_elsewhere, browser
):
    _, url = signed_in_elsewhere
    with visiting(browser, url) as visit:
        page = visit.page
        visit.open("skill", name="pdf-forms", part="details", next="//evil.example")
        sign_in_elsewhere(page)

        expect(page.get_by_text("Developer")).to_be_visible()
        expect(page.get_by_role("heading", name="pdf-forms")).to_be_visible()
        expect(page.get_by_role("tab", selected=True)).to_contain_text("Details")
        assert page.url == f"{url}/skill?name=pdf-forms&part=details"
        assert "mcpskills-asked-for" not in {cookie["name"] for cookie in page.context.cookies()}
        page.reload()
        expect(page.get_by_text("Developer")).to_be_visible()

        assert re.search(r"eyJ|code=", page.url) is None
        assert page.evaluate("document.cookie").count("_streamlit_user") == 0
        assert all(cookie["httpOnly"] for cookie in page.context.cookies() if "_streamlit_user" in cookie["name"])

        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("button", name="Sign in with your organisation")).to_be_visible()


def test_a_browser_has_the_last_sign_in_whether_it_was_by_key_or_at_the_provider(signed_in_elsewhere, browser):
    made, url = signed_in_elsewhere
    with visiting(browser, url) as visit:
        by_key, by_token, page = visit, Visit(visit.page.context.new_page(), url), visit.page
        by_token.open("skills")
        by_key.open("skills")
        by_key.sign_in(made.keys["viewer"])

        sign_in_elsewhere(by_token.page)
        expect(by_token.page.get_by_text("Developer")).to_be_visible()
        page.get_by_role("link", name="pdf-forms").click()
        expect(page.get_by_text("Your sign-in has ended.")).to_be_visible()

        by_key.sign_in(made.keys["viewer"])
        by_token.page.get_by_role("button", name="Sign out").click()
        expect(by_token.page.get_by_role("button", name="Sign in with your organisation")).to_be_visible()
        page.reload()
        expect(page.get_by_role("button", name="Sign in with your organisation")).to_be_visible()
