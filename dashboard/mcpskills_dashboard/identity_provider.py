"""The identity provider where people sign in, as `st.login` is told of it: who the dashboard is there, and what it asks for."""

from typing import Any, Final

from mcpskills_dashboard.settings import DashboardSettings

NAME: Final = "elsewhere"
"""For `st.login`. A provider without a name may be told less by its secrets."""


def secrets(settings: DashboardSettings) -> dict[str, Any]:
    """Streamlit's secrets: the provider, and that the API is shown the access token."""
    if not settings.signs_in_elsewhere:
        return {"auth": {}}
    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else ""
    # Both, since a provider may go by what is said where a token is given out (RFC 8707, 2.2).
    resource = {"resource": settings.oidc_resource} if settings.oidc_resource else {}
    return {
        "auth": {
            "redirect_uri": f"{settings.public_url}/oauth2callback",
            "cookie_secret": settings.cookie_secret.get_secret_value(),
            "expose_tokens": ["access"],
            NAME: {
                "client_id": settings.oidc_client_id or "",
                "client_secret": secret,
                "server_metadata_url": settings.oidc_metadata_url or "",
                "authorize_params": resource,
                "access_token_params": resource,
                "client_kwargs": {
                    "scope": settings.oidc_scopes,
                    "code_challenge_method": "S256",
                    # Where nothing is said, Streamlit asks for the choice of an account, and providers that have none refuse.
                    "prompt": [settings.oidc_prompt] if settings.oidc_prompt else [],
                },
            },
        }
    }
