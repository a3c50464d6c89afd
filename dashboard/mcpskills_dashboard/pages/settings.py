"""Settings: who may call and do what, secrets of skills, and the tenant with its plans."""

from typing import Final

import streamlit as st

from mcpskills.access import Scope
from mcpskills_dashboard import parts
from mcpskills_dashboard.administration import keys, roles, secrets, tenant, users
from mcpskills_dashboard.language import say
from mcpskills_dashboard.parts import Part
from mcpskills_dashboard.visitor import Visitor

_PARTS: Final = (
    Part("keys", Scope.USERS_READ, keys.draw),
    Part("users", Scope.USERS_READ, users.draw),
    Part("secrets", Scope.SECRETS_WRITE, secrets.draw),
    Part("tenant", Scope.METRICS_READ, tenant.draw),
    Part("roles", None, roles.draw),
)


def show(visitor: Visitor) -> None:
    st.title(say("settings.title"), anchor=False)
    parts.draw("settings", _PARTS, visitor)
