"""What the admin API says and hears of secrets. No model that is said has a value."""

from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field, SecretStr

from mcpskills.secret import MOST_GRANTS
from mcpskills_server.admin.model import Line, Model

_SECRET: Final[dict[str, Any]] = {
    "name": "OCR_API_KEY",
    "version": 2,
    "updated_at": "2026-11-20T09:30:00Z",
    "updated_by": "Ada Author",
    "skills": ["pdf-forms"],
}


class SecretView(Model):
    """All that anybody is told of a secret. `version` counts its values, `skills` are those that get it."""

    name: str
    version: int
    updated_at: datetime
    updated_by: str
    skills: tuple[str, ...]


class SecretRow(Model):
    """As `SecretView`. Of a `damaged` one, which can only be removed, nothing but the name is known."""

    name: str
    version: int | None
    updated_at: datetime | None
    updated_by: str | None
    skills: tuple[str, ...]
    damaged: bool


class SecretList(Model):
    """The tenant's secrets in the order of their names."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": {"secrets": [{**_SECRET, "damaged": False}]}})

    secrets: tuple[SecretRow, ...]


class SecretOutcome(Model):
    """The secret as it is now. `changed` is false when everything was so already."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": {"changed": True, "secret": _SECRET}})

    changed: bool
    secret: SecretView


class SecretRemoved(Model):
    """There is no secret of this name any more."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": {"name": "OCR_API_KEY"}})

    name: str


class SecretRequest(Model):
    """The value: 1 to 65,536 bytes of text."""

    # What is refused is told without what it was.
    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, json_schema_extra={"example": {"value": "a value"}}
    )

    value: SecretStr


class GrantsRequest(Model):
    """The skills that get the secret, and no others."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"example": {"skills": ["pdf-forms"]}})

    skills: Annotated[frozenset[Annotated[Line, Field(max_length=255)]], Field(max_length=MOST_GRANTS)]
