"""Routes about the users of identity providers: what is known of them beside what their tokens say."""

import asyncio
from dataclasses import replace
from typing import Annotated

from fastapi import Path, Query, Request, Response

from mcpskills import authority
from mcpskills.errors import NotFoundError
from mcpskills.principal import User
from mcpskills_server.admin import cursors, keeping, principal_views
from mcpskills_server.admin.keeping import Kept
from mcpskills_server.admin.outcomes import IfRevision
from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.principal_models import UserDetail, UserOutcome, UserPage, UserRequest
from mcpskills_server.admin.reading import MOST_PER_PAGE
from mcpskills_server.auth.calling import actor, caller

_VISIBLE = r"^[\x21-\x7e]+$"

Subject = Annotated[
    str,
    Path(
        alias="subject",
        min_length=1,
        max_length=255,
        pattern=_VISIBLE,
        description="Whom the provider means: the claim `sub` of their tokens.",
        examples=["b7c0a5de-4f1b-4b39-9c55-0f6a1f1c2d3e"],
    ),
]
Issuer = Annotated[
    str,
    Query(
        min_length=1,
        max_length=1_000,
        pattern=_VISIBLE,
        description="Which provider: the claim `iss` of their tokens.",
        examples=["https://login.example.org/pool"],
    ),
]


class Users:
    """Whoever changes a user has all that they are given here, before and after."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    async def list_users(
        self,
        limit: Annotated[int | None, Query(ge=1, le=MOST_PER_PAGE, description="Rows of a page.")] = None,
        cursor: Annotated[str | None, Query(max_length=4_000, description="`next_cursor` of the page before.")] = None,
    ) -> UserPage:
        """The users of whom something is kept, in the order in which that began."""
        after = cursors.read(cursor, 3, "the first user") if cursor else None
        return await asyncio.to_thread(self._page, after, limit or self._admin.settings.page_size)

    async def show_user(self, subject: Subject, issuer: Issuer, response: Response) -> UserDetail:
        """One user; `ETag` is the revision of all keys and users, for `If-Match` of a change."""
        admin = self._admin
        revision = await asyncio.to_thread(admin.principals.revision, admin.tenant)
        found = await asyncio.to_thread(admin.principals.user, admin.tenant, issuer, subject)
        response.headers["ETag"] = f'"{revision}"'
        return UserDetail(**dict(principal_views.user(found)))

    async def set_user(
        self, request: Request, subject: Subject, issuer: Issuer, wanted: UserRequest, if_match: IfRevision = None
    ) -> UserOutcome:
        """Say all that is to be known of a user, new or not. Nobody gives roles or groups that they do not have."""
        admin, who, by = self._admin, caller(request.scope), actor(request.scope)

        def attempt(revision: int) -> tuple[User, bool]:
            known = self._find(issuer, subject)
            fresh = User(
                admin.tenant, issuer, subject, wanted.name, frozenset(), created_at=admin.now(), created_by=by.name
            )
            before = known or fresh
            wish = replace(
                before,
                name=wanted.name,
                roles=frozenset(role.value for role in wanted.roles),
                groups=wanted.groups,
                plan=wanted.plan,
                disabled=wanted.disabled,
            )
            keeping.expect_may(who, before, wish)
            authority.expect_plan(who, known, wish)
            if wish.disabled != before.disabled:
                keeping.expect_may_shut_out(who, admin.settings, issuer)
            keeping.expect_ruled(admin, before, wish)
            kept = admin.principals.put_user(wish, by, revision)
            return kept, kept.revision != before.revision

        return _outcome(await asyncio.to_thread(keeping.change, admin, if_match, attempt))

    async def remove_user(
        self, request: Request, subject: Subject, issuer: Issuer, if_match: IfRevision = None
    ) -> UserOutcome:
        """Forget what is kept of a user. Their tokens go on giving what they give; `disabled` shuts somebody out."""
        admin, who, by = self._admin, caller(request.scope), actor(request.scope)

        def attempt(revision: int) -> tuple[User, bool]:
            known = admin.principals.user(admin.tenant, issuer, subject)
            keeping.expect_may(who, known)
            if known.disabled:
                keeping.expect_may_shut_out(who, admin.settings, issuer)
            keeping.expect_ruled(admin, known)
            admin.principals.remove_user(admin.tenant, issuer, subject, by, revision)
            return known, True

        return _outcome(await asyncio.to_thread(keeping.change, admin, if_match, attempt))

    def _find(self, issuer: str, subject: str) -> User | None:
        try:
            return self._admin.principals.user(self._admin.tenant, issuer, subject)
        except NotFoundError:
            return None

    def _page(self, after: tuple[str, ...] | None, limit: int) -> UserPage:
        admin = self._admin
        # First, so that a change on the condition of it never passes over what is not in the page.
        revision = admin.principals.revision(admin.tenant)
        users = admin.principals.users(admin.tenant)
        following = [user for user in users if after is None or _place(user) > after]
        page = following[:limit]
        return UserPage(
            users=tuple(map(principal_views.user, page)),
            total=len(users),
            next_cursor=cursors.written(*_place(page[-1])) if len(following) > limit else None,
            revision=revision,
        )


def _place(user: User) -> tuple[str, str, str]:
    # Times in UTC sort as text, too.
    return user.created_at.isoformat(), user.issuer, user.subject


def _outcome(kept: Kept[User]) -> UserOutcome:
    return UserOutcome(changed=kept.changed, user=principal_views.user(kept.principal), revision=kept.revision)
