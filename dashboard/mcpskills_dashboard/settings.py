"""What the dashboard is told by the environment."""

import secrets
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import SettingsConfigDict

from mcpskills import outbound
from mcpskills.errors import InvalidInputError
from mcpskills.settings import Environment


def _base(url: str) -> str:
    outbound.target(url)
    return url.rstrip("/")


Url = Annotated[str, AfterValidator(_base)]
"""By https, or on this machine: credentials go there."""


class DashboardSettings(Environment):
    """Environment variables are these names in capitals, with the prefix `MCPSKILLS_DASHBOARD_`."""

    model_config = SettingsConfigDict(env_prefix="MCPSKILLS_DASHBOARD_", frozen=True)

    api: Url = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = Field(default=8501, ge=0, le=65535)
    public_url: Url | None = None
    cookie_secret: SecretStr = Field(default_factory=lambda: SecretStr(secrets.token_hex(32)), min_length=32)
    oidc_metadata_url: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_sign_out_url: str | None = None
    oidc_scopes: str = "openid profile email"
    oidc_resource: str | None = None
    oidc_prompt: Literal["login", "select_account"] | None = None

    @property
    def signs_in_elsewhere(self) -> bool:
        """Whether people sign in at an identity provider."""
        return self.oidc_metadata_url is not None

    def checked(self) -> Self:
        """Itself. Raises `InvalidInputError` for an identity provider of which only a part is known."""
        said = (self.oidc_metadata_url, self.oidc_client_id, self.oidc_client_secret, self.public_url)
        if any(said[:3]) and not all(said):
            raise InvalidInputError(
                "MCPSKILLS_DASHBOARD_OIDC_METADATA_URL, _OIDC_CLIENT_ID, _OIDC_CLIENT_SECRET and _PUBLIC_URL go together: "
                "set all four to sign in at an identity provider, or none. See docs/settings.md."
            )
        return self

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names by which it may be asked for."""
        named = (urlsplit(self.public_url).hostname or "",) if self.public_url else ()
        return (*named, "localhost", "127.0.0.1", "[::1]", "::1")
