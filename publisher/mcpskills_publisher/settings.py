"""The publisher's settings, read once from the environment. Each has a heading in docs/settings.md."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class PublisherSettings(BaseSettings):
    """Environment variables are these names in capitals, with the prefix `MCPSKILLS_`."""

    model_config = SettingsConfigDict(env_prefix="MCPSKILLS_", frozen=True)

    data: Path = Path(".mcpskills")
    tenant: str = "default"
    registry: str | None = None
    branch: str = "main"
    reconcile_seconds: float = Field(default=60.0, gt=0)
    lease_seconds: float = Field(default=30.0, gt=0)

    @property
    def repository(self) -> str:
        """Path or URL of the registry repository."""
        return self.registry or str(self.data / "registry.git")
