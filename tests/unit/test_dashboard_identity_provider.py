"""What Streamlit is told of the identity provider, and so what is asked of it."""

import pytest

from mcpskills_dashboard import identity_provider
from mcpskills_dashboard.settings import DashboardSettings


def told(**settings: str) -> dict:
    said = {"metadata_url": "https://login.example/c", "client_id": "dashboard", "client_secret": "s", **settings}
    made = DashboardSettings(
        public_url="https://skills.example", **{f"oidc_{name}": value for name, value in said.items()}
    )
    return identity_provider.secrets(made)["auth"][identity_provider.NAME]


@pytest.mark.parametrize(("said", "asked"), [({}, []), ({"prompt": "login"}, ["login"])])
def test_the_provider_asks_people_what_it_is_told_to_ask_and_else_what_it_has_to(said, asked):
    assert told(**said)["client_kwargs"]["prompt"] == asked


def test_the_resource_is_named_at_both_ends_or_at_none():
    named, unnamed = told(resource="https://skills.example/mcp"), told()

    resource = {"resource": "https://skills.example/mcp"}
    assert (named["authorize_params"], named["access_token_params"]) == (resource, resource)
    assert (unnamed["authorize_params"], unnamed["access_token_params"]) == ({}, {})


def test_without_a_provider_nothing_is_told():
    assert identity_provider.secrets(DashboardSettings()) == {"auth": {}}
