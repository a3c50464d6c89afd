"""What somebody may give others and take from them: no more than they have themselves, and never the last of what rules a tenant.

Pure decisions. Whoever rules a tenant gives any group and any plan: somebody has to be the first.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from mcpskills import access
from mcpskills.access import Caller, Scope
from mcpskills.errors import ConflictError, ForbiddenError
from mcpskills.principal import ApiKey, Principal

LASTING = timedelta(days=1)
"""Whoever is to rule a tenant does so for as long at least: a key that is soon gone is none to rely on."""

_RULING = frozenset({Scope.TENANT_WRITE, Scope.USERS_WRITE})


def scopes(principal: Principal) -> frozenset[Scope]:
    """All that somebody may do."""
    only = principal.scopes if isinstance(principal, ApiKey) else frozenset[str]()
    return access.scopes(principal.roles, only)


def expect_entitled(giver: Caller, principal: Principal) -> None:
    """Raises `ForbiddenError` unless the giver has all that the principal has, or is to have."""
    lacking = scopes(principal) - giver.scopes
    if lacking:
        raise ForbiddenError(
            f"Nobody decides about more than they may themselves; you lack {_named(lacking)}, which these roles and scopes give."
        )
    if giver.may(Scope.TENANT_WRITE):
        return
    strange = principal.groups - giver.groups
    if strange:
        raise ForbiddenError(f"Nobody decides about groups that they are not in; you are not in {_named(strange)}.")
    if principal.plan not in {None, giver.plan}:
        raise ForbiddenError(f"The plan {principal.plan} is given by owners only.")


def expect_plan(giver: Caller, before: Principal | None, after: Principal) -> None:
    """Raises `ForbiddenError` for a plan that is neither the giver's own nor what was there before, unless an owner gives it.

    No plan is the tenant's, which may be more than the giver's.
    """
    if giver.may(Scope.TENANT_WRITE) or after.plan == giver.plan or (before is not None and before.plan == after.plan):
        return
    given = "The tenant's plan" if after.plan is None else f"The plan {after.plan}"
    raise ForbiddenError(f"{given} is given by owners only; you may give your own, which is {giver.plan}.")


def expect_vouched(giver: Caller, tokens: Iterable[str]) -> None:
    """Raises `ForbiddenError` unless the giver may all that tokens of somebody may give, by the roles that these can have.

    Whether they do give it is not known: it is for whoever has as much to shut their users out, and to let them in again.
    """
    lacking = access.scopes(tokens) - giver.scopes
    if lacking:
        raise ForbiddenError(
            f"Tokens of this issuer may give {_named(lacking)}, which you lack: who has it shuts its users out and lets them in."
        )


def rules(principal: Principal, at: datetime) -> bool:
    """Whether somebody can do everything for the tenant then, as far as is known now.

    A user whom nobody has seen yet may be a slip of the pen.
    """
    if isinstance(principal, ApiKey):
        is_there = principal.revoked_at is None and not principal.expired(at)
    else:
        is_there = not principal.disabled and principal.last_used_at is not None
    return is_there and scopes(principal) >= _RULING


def expect_ruled(before: Principal, others: Iterable[Principal], after: Principal | None, now: datetime) -> None:
    """Raises `ConflictError` when this change leaves nobody who rules the tenant, now or a day from now, and somebody did."""
    left = (*others, *((after,) if after else ()))
    if any(rules(before, at) and not any(rules(each, at) for each in left) for at in (now, now + LASTING)):
        raise ConflictError(
            "This is the last one that can do everything for the tenant from now on: make another owner first, and use it once."
        )


def _named(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
