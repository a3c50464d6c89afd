"""Who may call: what is kept of API keys and users."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from mcpskills.audit import Actor, Detail
from mcpskills.principal import ApiKey, Principal, User

USE_SECONDS = 60
"""How often at most it is noted that a principal calls."""


class Principals(Protocol):
    """API keys and users of every tenant; each writing method is one transaction.

    A change appends an entry to the audit trail of the tenant's catalog in that same transaction, and raises the revision of the
    tenant's principals by one. Once a method has returned, every read sees what it did, in whatever process. Changes take the
    revision that somebody looked at, if any, and raise `PreconditionFailedError` when it is another by now. What has expired
    is not there. All raise `UnavailableError` when the store cannot be reached.
    """

    def add_key(self, key: ApiKey, by: Actor, if_revision: int | None = None) -> ApiKey:
        """Keep a new key. Raises `ConflictError` when its id is taken."""

    def rotate_key(self, key: ApiKey, until: datetime, by: Actor, if_revision: int | None = None) -> ApiKey:
        """Keep a new key, and let the one that it `replaces` expire then, unless it does sooner.

        Raises `NotFoundError` when there is none to replace, `ConflictError` when that one was revoked, or the id is taken.
        """

    def change_key(self, key: ApiKey, by: Actor, if_revision: int | None = None) -> ApiKey:
        """Give a key the name, roles, scopes, groups, plan and expiry of this one; the same again changes nothing.

        Raises `NotFoundError`, `ConflictError` for a key that was revoked, `PreconditionFailedError` when the key's own
        revision is another by now.
        """

    def revoke_key(self, tenant: str, which: str, reason: str, by: Actor, if_revision: int | None = None) -> ApiKey:
        """Twice is the same as once. Raises `NotFoundError`."""

    def key(self, tenant: str, which: str) -> ApiKey:
        """By its id, revoked or not. Raises `NotFoundError`."""

    def keys(self, tenant: str) -> Sequence[ApiKey]:
        """In the order of their making, those that were revoked as well."""

    def put_user(self, user: User, by: Actor, if_revision: int | None = None) -> User:
        """Keep a user of revision 0 as a new one, or change what is kept of another; the same again changes nothing.

        Raises `PreconditionFailedError` when the user's own revision is another by now.
        """

    def remove_user(self, tenant: str, issuer: str, subject: str, by: Actor, if_revision: int | None = None) -> None:
        """Forget a user. Raises `NotFoundError`."""

    def user(self, tenant: str, issuer: str, subject: str) -> User:
        """Raises `NotFoundError`."""

    def users(self, tenant: str) -> Sequence[User]:
        """In the order of their making."""

    def used(self, principal: Principal) -> None:
        """Note that the principal calls now: no change, and no entry in the trail.

        Costs nothing for a record that says so within `USE_SECONDS`, and one write that changes nothing for one that is out of
        date by that. A principal that is gone is let be.
        """

    def revision(self, tenant: str) -> int:
        """Of the tenant's principals; 0 before the first. Cheap: whoever keeps principals in memory asks every second.

        From when on it tells of a change, `key` and `user` show it.
        """

    def note(self, tenant: str, action: str, by: Actor, detail: Detail) -> None:
        """Append an entry to the audit trail for what changes nothing, such as an attempt that was denied.

        All writers of a tenant wait for each other at the end of its trail: callers bound how often they come.
        """
