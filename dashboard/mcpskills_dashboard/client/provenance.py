"""Who vouches for a version, and what it is made of."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from mcpskills_dashboard.client.connection import Api, segment
from mcpskills_dashboard.client.refusals import Own, UnusableError
from mcpskills_dashboard.client.rows import Row, read


class Provenance(Row):
    """The statement was verified by the server; `key_id` signed it."""

    envelope: str
    key_id: str
    statement: Mapping[str, Any] = Field(default_factory=dict)


def shown(api: Api, name: str, version: int) -> Provenance:
    return read(Provenance, api.get(f"{_at(name, version)}/provenance"))


def bill_of_materials(api: Api, name: str, version: int) -> Mapping[str, Any]:
    """CycloneDX. Refused with `missing` for a version without one."""
    content = api.get_bytes(f"{_at(name, version)}/sbom")
    try:
        document = json.loads(content)
    except ValueError as error:
        raise UnusableError(Own("problems.bill_of_materials")) from error
    return document if isinstance(document, dict) else {}


def _at(name: str, version: int) -> str:
    return f"/skills/{segment(name)}/versions/{version}"
