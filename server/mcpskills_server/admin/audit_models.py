"""What the admin API says of the audit trail."""

from datetime import datetime

from pydantic import ConfigDict

from mcpskills_server.admin import examples
from mcpskills_server.admin.model import Model


class AuditHead(Model):
    sequence: int
    hash: str


class AuditView(Model):
    """One entry. `hash` covers everything here, the tenant and `previous`, which is the hash of the entry before."""

    sequence: int
    generation: int
    at: datetime
    actor: str
    action: str
    skill: str | None
    detail: dict[str, str | int | None]
    previous: str
    hash: str


class AuditPage(Model):
    """Entries in order. `head` is where the trail ends now, kept apart from the entries.

    `next_after`, or `next_before` of the order `newest`, is where to go on; null at the end.
    """

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": examples.AUDIT})

    tenant: str
    entries: tuple[AuditView, ...]
    next_after: int | None
    next_before: int | None
    head: AuditHead
