"""The dashboard of an office where people sign in at an identity provider, and how they do it, whichever provider it is."""

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from browsing import Visit
from builders import skill_folder
from dashboard_office import Office, office
from dashboard_process import dashboard

FillIn = Callable[[Page], None]
"""What a person does on the pages of the provider."""


@contextlib.contextmanager
def office_elsewhere(root: Path, url: str, trust: Mapping[str, Any], told: Mapping[str, str]) -> Iterator[Office]:
    """With one skill. `trust` are settings of the server and `told` of the dashboard, both without their `oidc_`."""
    trusting = {f"oidc_{name}": value for name, value in trust.items()}
    knowing = {f"oidc_{name}": value for name, value in told.items()}
    with office(root, public_url=url, **trusting) as made:
        made.publish(skill_folder("pdf-forms"))
        with dashboard(made.url, port=url.rpartition(":")[2], public_url=url, **knowing):
            yield made


def sign_in_elsewhere(page: Page, fill_in: FillIn) -> None:
    page.get_by_role("button", name="Sign in with your organisation").click()
    fill_in(page)


def comes_to_the_page_that_was_asked_for(visit: Visit, fill_in: FillIn, role: str) -> None:
    """Signed in with the role, and with no token where scripts or others see it."""
    page, standing = visit.page, f"{role} · default"
    visit.open("skill", name="pdf-forms", part="details", next="//evil.example")
    sign_in_elsewhere(page, fill_in)

    expect(page.get_by_text(standing)).to_be_visible()
    expect(page.get_by_role("heading", name="pdf-forms")).to_be_visible()
    expect(page.get_by_role("tab", selected=True)).to_contain_text("Details")
    assert page.url == f"{visit.url}/skill?name=pdf-forms&part=details"
    assert "mcpskills-asked-for" not in {cookie["name"] for cookie in page.context.cookies()}
    page.reload()
    expect(page.get_by_text(standing)).to_be_visible()

    assert re.search(r"eyJ|code=", page.url) is None
    assert page.evaluate("document.cookie").count("_streamlit_user") == 0
    assert all(cookie["httpOnly"] for cookie in page.context.cookies() if "_streamlit_user" in cookie["name"])


def asks_to_sign_in(page: Page) -> None:
    expect(page.get_by_role("button", name="Sign in with your organisation")).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)
