"""What the settings of all deployables share. Only their `settings.py` import this: the base install lacks pydantic-settings."""

from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError

from mcpskills.errors import InvalidInputError

_PREFIX = "MCPSKILLS_"

SIGNING_KEY = Path("keys", "signing.pem")
"""Where a publisher keeps its key unless told otherwise, below the data directory; the public half stands beside it."""


class Settings(BaseSettings):
    """Environment variables are these names in capitals, with the prefix `MCPSKILLS_`."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True)

    data: Path = Path(".mcpskills")
    tenant: str = "default"
    registry: str | None = None
    branch: str = "main"

    @property
    def location(self) -> str:
        """Path or URL of the registry repository."""
        return self.registry or str(self.data / "registry.git")

    @classmethod
    def read(cls, **options: Any) -> Self:
        """From the environment; options win over it. Raises `InvalidInputError` that names the variable."""
        try:
            return cls(**options)
        except ValidationError as error:
            first = error.errors()[0]
            name = _PREFIX + "_".join(str(part) for part in first["loc"][:1]).upper()
            raise InvalidInputError(f"{name}: {first['msg']}, got {first['input']!r}. See docs/settings.md.") from error
        except SettingsError as error:
            raise InvalidInputError(f"{error}. A list is written as JSON. See docs/settings.md.") from error
