"""The server's settings, read once from the environment. Each has a heading in docs/settings.md."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServerSettings(BaseSettings):
    """Environment variables are these names in capitals, with the prefix `MCPSKILLS_`."""

    model_config = SettingsConfigDict(env_prefix="MCPSKILLS_", frozen=True)

    data: Path = Path(".mcpskills")
    tenant: str = "default"
    registry: str | None = None
    branch: str = "main"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    sessions: Literal["stateless", "stateful"] = "stateless"
    poll_seconds: float = Field(default=1.0, gt=0)
    page_size: int = Field(default=50, ge=1, le=200)
    package_cache_bytes: int = Field(default=64 * 1024 * 1024, ge=0)
