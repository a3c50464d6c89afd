"""Who vouches for a version."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from mcpskills_dashboard.client.connection import Api, segment
from mcpskills_dashboard.client.rows import Row, read


class Provenance(Row):
    """The statement was verified by the server; `key_id` signed it."""

    envelope: str
    key_id: str
    statement: Mapping[str, Any] = Field(default_factory=dict)


def shown(api: Api, name: str, version: int) -> Provenance:
    return read(Provenance, api.get(f"/skills/{segment(name)}/versions/{version}/provenance"))
