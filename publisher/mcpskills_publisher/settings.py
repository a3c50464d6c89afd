"""The publisher's settings, read once from the environment. Each has a heading in docs/settings.md."""

from pathlib import Path

from pydantic import Field

from mcpskills.settings import Settings


class PublisherSettings(Settings):
    """See `Settings` for what all deployables share."""

    reconcile_seconds: float = Field(default=60.0, gt=0)
    lease_seconds: float = Field(default=30.0, gt=0)
    signing_key: Path | None = None
