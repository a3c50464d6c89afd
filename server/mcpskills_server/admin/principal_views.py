"""Keys, users and callers as the admin API shows them: what its models name of them."""

from mcpskills.access import ROLES, Caller
from mcpskills.principal import ApiKey, User
from mcpskills_server.admin.principal_models import KeyView, Me, RoleList, RoleView, UserView


def key(found: ApiKey) -> KeyView:
    return KeyView.model_validate(found, from_attributes=True)


def user(found: User) -> UserView:
    return UserView.model_validate(found, from_attributes=True)


def me(who: Caller) -> Me:
    return Me.model_validate(who, from_attributes=True)


def roles() -> RoleList:
    return RoleList(roles=tuple(RoleView(name=role, scopes=tuple(scopes)) for role, scopes in ROLES.items()))
