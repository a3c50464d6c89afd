"""Routes about secrets of skills. A value goes in and never comes out; no answer, log or entry of the audit trail has one."""

import asyncio
import contextlib
from typing import Annotated, Final

from fastapi import Path, Request

from mcpskills import secret as rules
from mcpskills.audit import Actor, Detail
from mcpskills.errors import CorruptedError, UnavailableError
from mcpskills.ports import Secrets as Kept
from mcpskills.secret import DamagedSecret, NewValue, Secret
from mcpskills_server.admin import lookup
from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.secret_models import (
    GrantsRequest,
    SecretList,
    SecretOutcome,
    SecretRemoved,
    SecretRequest,
    SecretRow,
    SecretView,
)
from mcpskills_server.admin.seen_secrets import SeenSecrets
from mcpskills_server.auth.calling import actor

BODY_BYTES: Final = 8 * rules.MOST_BYTES
"""A value in JSON is at most six times as long."""

Name = Annotated[
    str, Path(alias="name", min_length=1, max_length=64, description="The secret's name.", examples=["OCR_API_KEY"])
]


class Secrets:
    """The trail has every change before it is made: the store of secrets is another one, and may fail after that."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    async def list_secrets(self) -> SecretList:
        """The names, who set which version when, and the skills that get them. Of damaged ones nothing but the name is known."""
        known = await asyncio.to_thread(self._kept.known)
        return SecretList(secrets=tuple(map(_row, known)))

    async def set_secret(self, request: Request, name: Name, wanted: SecretRequest) -> SecretOutcome:
        """Make a secret, or give it another value; the skills that get it stay. Nobody is told the value again."""
        by, text = actor(request.scope), wanted.value.get_secret_value()
        rules.expect_name(name)
        rules.expect_value(text)
        value = NewValue(text, by.name, self._admin.now())

        def put() -> Secret:
            self._note("secret-set", by, {"secret": name})
            return self._kept.put(name, value)

        return SecretOutcome(changed=True, secret=_view(await asyncio.to_thread(put)))

    async def remove_secret(self, request: Request, name: Name) -> SecretRemoved:
        """Forget a secret: no skill gets it any more."""
        by = actor(request.scope)

        def remove() -> None:
            with contextlib.suppress(CorruptedError):
                # A damaged one is there, and can only be removed.
                self._kept.find(name)
            self._note("secret-remove", by, {"secret": name})
            self._kept.remove(name)

        await asyncio.to_thread(remove)
        return SecretRemoved(name=name)

    async def grant_secret(self, request: Request, name: Name, wanted: GrantsRequest) -> SecretOutcome:
        """Have these skills get a secret, and no others. One that gets it already may be a skill that is gone."""
        by = actor(request.scope)

        def grant() -> tuple[Secret, bool]:
            before = self._kept.find(name)
            if wanted.skills == before.skills:
                return before, False
            for skill in sorted(wanted.skills - before.skills):
                lookup.record(self._admin, skill)
            told: Detail = {"secret": name, "skills": _text(wanted.skills), "was_skills": _text(before.skills)}
            self._note("secret-grant", by, told)
            return self._kept.grant(name, wanted.skills), True

        after, changed = await asyncio.to_thread(grant)
        return SecretOutcome(changed=changed, secret=_view(after))

    @property
    def _kept(self) -> Kept | SeenSecrets:
        kept = self._admin.secrets
        if kept is None:
            raise UnavailableError("This server keeps no secrets.")
        return kept

    def _note(self, action: str, by: Actor, detail: Detail) -> None:
        self._admin.principals.note(self._admin.tenant, action, by, detail)


def _row(secret: Secret | DamagedSecret) -> SecretRow:
    if isinstance(secret, DamagedSecret):
        return SecretRow(name=secret.name, version=None, updated_at=None, updated_by=None, skills=(), damaged=True)
    return SecretRow(**_view(secret).model_dump(), damaged=False)


def _view(secret: Secret) -> SecretView:
    return SecretView(
        name=secret.name,
        version=secret.version,
        updated_at=secret.updated_at,
        updated_by=secret.updated_by,
        skills=tuple(sorted(secret.skills)),
    )


def _text(skills: frozenset[str]) -> str | None:
    return ", ".join(sorted(skills)) or None
