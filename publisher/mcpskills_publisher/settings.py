"""The publisher's settings, read once from the environment. Each has a heading in docs/settings.md."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr

from mcpskills.settings import Proxy, Settings

Secret = Annotated[SecretStr, Field(min_length=16)]


class PublisherSettings(Settings):
    """See `Settings` for what all deployables share."""

    reconcile_seconds: float = Field(default=60.0, gt=0)
    lease_seconds: float = Field(default=30.0, gt=0)
    signing_key: str | None = None
    allowed_signers: Path | None = None
    journal_archive: bool = True
    webhook_secrets: tuple[Secret, ...] = Field(default=(), max_length=2)
    webhook_host: str = "127.0.0.1"
    webhook_port: int = Field(default=8001, ge=0, le=65535)
    webhook_per_minute: int = Field(default=600, ge=1)
    webhook_proxies: tuple[Proxy, ...] = ()
    operations_host: str = "127.0.0.1"
    operations_port: int = Field(default=8002, ge=0, le=65535)
