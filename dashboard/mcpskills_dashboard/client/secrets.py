"""Secrets of skills: their names and who gets them. A value goes to the server and never comes back."""

from collections.abc import Iterable

from pydantic import SecretStr

from mcpskills_dashboard.client.connection import Api, segment
from mcpskills_dashboard.client.rows import Moment, Row, Texts, read


class Secret(Row):
    """`version` counts the values, `skills` are those that get it. Of a damaged one nothing but the name is known."""

    name: str
    version: int | None
    updated_at: Moment | None
    updated_by: str | None
    skills: Texts
    damaged: bool = False


class Secrets(Row):
    secrets: tuple[Secret, ...]


def listed(api: Api) -> tuple[Secret, ...]:
    """All of them, in the order of their names; a tenant has few."""
    return read(Secrets, api.get("/secrets")).secrets


def put(api: Api, name: str, value: SecretStr) -> None:
    """Make a secret, or give it another value."""
    api.send("PUT", f"/secrets/{segment(name)}", {"value": value.get_secret_value()})


def remove(api: Api, name: str) -> None:
    api.send("DELETE", f"/secrets/{segment(name)}")


def grant(api: Api, name: str, skills: Iterable[str]) -> None:
    """Have these skills get the secret, and no others."""
    api.send("PUT", f"/secrets/{segment(name)}/grants", {"skills": sorted(skills)})
