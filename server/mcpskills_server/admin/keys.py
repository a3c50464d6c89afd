"""Routes about API keys. A key's secret is said once, in the answer that makes it, and kept by nobody."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Path, Query, Request, Response

from mcpskills import authority
from mcpskills.api_key import WholeKey
from mcpskills.principal import ApiKey
from mcpskills_server.admin import cursors, keeping, principal_views
from mcpskills_server.admin.keeping import Kept
from mcpskills_server.admin.model import Reason
from mcpskills_server.admin.outcomes import IfRevision
from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.principal_models import (
    KeyChange,
    KeyDetail,
    KeyOutcome,
    KeyPage,
    KeyRequest,
    NewKey,
    Rotation,
)
from mcpskills_server.admin.reading import MOST_PER_PAGE
from mcpskills_server.auth.calling import actor, caller

KeyId = Annotated[
    str,
    Path(alias="id", min_length=1, max_length=64, description="The key's id, its part that is no secret."),
]


class Keys:
    """Whoever changes a key has all that it gives, before and after."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    async def list_keys(
        self,
        limit: Annotated[int | None, Query(ge=1, le=MOST_PER_PAGE, description="Rows of a page.")] = None,
        cursor: Annotated[str | None, Query(max_length=1_000, description="`next_cursor` of the page before.")] = None,
    ) -> KeyPage:
        """The tenant's keys in the order of their making, revoked ones too; what expired is gone."""
        after = cursors.read(cursor, 2, "the first key") if cursor else None
        return await asyncio.to_thread(self._page, after, limit or self._admin.settings.page_size)

    async def show_key(self, which: KeyId, response: Response) -> KeyDetail:
        """One key; `ETag` is the revision of all keys and users, for `If-Match` of a change."""
        admin = self._admin
        revision = await asyncio.to_thread(admin.principals.revision, admin.tenant)
        found = await asyncio.to_thread(admin.principals.key, admin.tenant, which)
        response.headers["ETag"] = f'"{revision}"'
        return KeyDetail(**dict(principal_views.key(found)))

    async def create_key(self, request: Request, wanted: KeyRequest, if_match: IfRevision = None) -> NewKey:
        """Make a key. Nobody gives roles, scopes or groups that they do not have; owners give any group and plan."""
        admin, who, by = self._admin, caller(request.scope), actor(request.scope)
        made = WholeKey.make(admin.tenant)
        key = ApiKey(
            tenant=admin.tenant,
            id=made.id,
            digest=admin.peppers.digest(made),
            name=wanted.name,
            roles=frozenset(role.value for role in wanted.roles),
            created_at=admin.now(),
            created_by=by.name,
            scopes=frozenset(scope.value for scope in wanted.scopes),
            groups=wanted.groups,
            plan=wanted.plan,
            expires_at=keeping.expiry(admin, wanted.expires_at),
        )
        keeping.expect_given(key)
        keeping.expect_may(who, key)
        authority.expect_plan(who, None, key)
        kept = await asyncio.to_thread(
            keeping.change, admin, if_match, lambda revision: (admin.principals.add_key(key, by, revision), True)
        )
        return _new(kept, made)

    async def change_key(
        self, request: Request, which: KeyId, wanted: KeyChange, if_match: IfRevision = None
    ) -> KeyOutcome:
        """Give a key another name, other roles, scopes, groups, another plan or expiry. What is left out stays."""
        admin, who, by = self._admin, caller(request.scope), actor(request.scope)
        expires_at = keeping.expiry(admin, wanted.expires_at)

        def attempt(revision: int) -> tuple[ApiKey, bool]:
            known = admin.principals.key(admin.tenant, which)
            wish = _changed(known, wanted, expires_at)
            keeping.expect_given(wish)
            keeping.expect_may(who, known, wish)
            authority.expect_plan(who, known, wish)
            keeping.expect_ruled(admin, known, wish)
            kept = admin.principals.change_key(wish, by, revision)
            return kept, kept.revision != known.revision

        return _outcome(await asyncio.to_thread(keeping.change, admin, if_match, attempt))

    async def revoke_key(
        self,
        request: Request,
        which: KeyId,
        reason: Annotated[Reason, Query(description="Why, for the audit and for who wonders.")],
        if_match: IfRevision = None,
    ) -> KeyOutcome:
        """Refuse a key from now on, on every replica within two seconds. It stays to be looked at; twice is the same as once."""
        admin, who, by = self._admin, caller(request.scope), actor(request.scope)

        def attempt(revision: int) -> tuple[ApiKey, bool]:
            known = admin.principals.key(admin.tenant, which)
            keeping.expect_may(who, known)
            keeping.expect_ruled(admin, known)
            kept = admin.principals.revoke_key(admin.tenant, which, reason, by, revision)
            return kept, kept.revision != known.revision

        return _outcome(await asyncio.to_thread(keeping.change, admin, if_match, attempt))

    async def rotate_key(self, request: Request, which: KeyId, wanted: Rotation, if_match: IfRevision = None) -> NewKey:
        """Make a key with everything that this one has, which is good beside it for `overlap_seconds` and expires then."""
        admin, who, by = self._admin, caller(request.scope), actor(request.scope)
        made, now = WholeKey.make(admin.tenant), admin.now()
        expires_at = keeping.expiry(admin, wanted.expires_at)

        def attempt(revision: int) -> tuple[ApiKey, bool]:
            known = admin.principals.key(admin.tenant, which)
            keeping.expect_may(who, known)
            following = replace(
                known,
                id=made.id,
                digest=admin.peppers.digest(made),
                created_at=now,
                created_by=by.name,
                expires_at=expires_at,
                replaces=known.id,
                revision=0,
                last_used_at=None,
            )
            keeping.expect_ruled(admin, known, following)
            until = now + timedelta(seconds=wanted.overlap_seconds)
            return admin.principals.rotate_key(following, until, by, revision), True

        return _new(await asyncio.to_thread(keeping.change, admin, if_match, attempt), made)

    def _page(self, after: tuple[str, ...] | None, limit: int) -> KeyPage:
        admin = self._admin
        # First, so that a change on the condition of it never passes over what is not in the page.
        revision = admin.principals.revision(admin.tenant)
        keys = admin.principals.keys(admin.tenant)
        following = [key for key in keys if after is None or _place(key) > after]
        page = following[:limit]
        return KeyPage(
            keys=tuple(map(principal_views.key, page)),
            total=len(keys),
            next_cursor=cursors.written(*_place(page[-1])) if len(following) > limit else None,
            revision=revision,
        )


def _place(key: ApiKey) -> tuple[str, str]:
    # Times in UTC sort as text, too.
    return key.created_at.isoformat(), key.id


def _changed(key: ApiKey, wanted: KeyChange, expires_at: datetime | None) -> ApiKey:
    said = wanted.model_fields_set
    return replace(
        key,
        name=key.name if wanted.name is None else wanted.name,
        roles=key.roles if wanted.roles is None else frozenset(role.value for role in wanted.roles),
        scopes=key.scopes if wanted.scopes is None else frozenset(scope.value for scope in wanted.scopes),
        groups=key.groups if wanted.groups is None else wanted.groups,
        plan=wanted.plan if "plan" in said else key.plan,
        expires_at=expires_at if "expires_at" in said else key.expires_at,
    )


def _new(kept: Kept[ApiKey], made: WholeKey) -> NewKey:
    return NewKey(key=principal_views.key(kept.principal), secret=made.text, revision=kept.revision)


def _outcome(kept: Kept[ApiKey]) -> KeyOutcome:
    return KeyOutcome(changed=kept.changed, key=principal_views.key(kept.principal), revision=kept.revision)
