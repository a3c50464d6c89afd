"""Keys, users and callers as the admin API shows them."""

from mcpskills.access import ROLES, Caller
from mcpskills.principal import ApiKey, User
from mcpskills_server.admin.principal_models import KeyView, Me, RoleList, RoleView, UserView


def key(found: ApiKey) -> KeyView:
    return KeyView(
        id=found.id,
        name=found.name,
        status="active" if found.revoked_at is None else "revoked",
        roles=tuple(sorted(found.roles)),
        scopes=tuple(sorted(found.scopes)),
        groups=tuple(sorted(found.groups)),
        plan=found.plan,
        expires_at=found.expires_at,
        created_at=found.created_at,
        created_by=found.created_by,
        replaces=found.replaces,
        revoked_at=found.revoked_at,
        revoked_by=found.revoked_by,
        revoked_because=found.revoked_because,
        last_used_at=found.last_used_at,
    )


def user(found: User) -> UserView:
    return UserView(
        issuer=found.issuer,
        subject=found.subject,
        name=found.name,
        roles=tuple(sorted(found.roles)),
        groups=tuple(sorted(found.groups)),
        plan=found.plan,
        disabled=found.disabled,
        created_at=found.created_at,
        created_by=found.created_by,
        last_used_at=found.last_used_at,
    )


def me(who: Caller) -> Me:
    return Me(
        tenant=who.tenant,
        id=who.id,
        name=who.name,
        anonymous=who.anonymous,
        roles=tuple(sorted(who.roles)),
        scopes=tuple(sorted(who.scopes)),
        groups=tuple(sorted(who.groups)),
        plan=who.plan,
    )


def roles() -> RoleList:
    return RoleList(roles=tuple(RoleView(name=role, scopes=tuple(sorted(scopes))) for role, scopes in ROLES.items()))
