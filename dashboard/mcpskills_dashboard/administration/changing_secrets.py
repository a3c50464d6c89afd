"""Changing secrets: what is asked before. A value is passed on and forgotten here."""

from collections.abc import Sequence
from typing import Final

import streamlit as st
from pydantic import SecretStr

from mcpskills.errors import InvalidInputError
from mcpskills_dashboard.asking import Question
from mcpskills_dashboard.client import secrets
from mcpskills_dashboard.client.secrets import Secret
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import code
from mcpskills_dashboard.visitor import Visitor

_ICON: Final = ":material/encrypted:"
_LONGEST_NAME: Final = 64
_LONGEST_VALUE: Final = 65_536
_MOST_SKILLS: Final = 30


def setting(visitor: Visitor, secret: Secret | None) -> Question:
    """Another value of a secret, or a new one."""
    said: dict[str, str] = {}

    def show() -> None:
        said["name"] = (
            secret.name
            if secret
            else st.text_input(
                say("secrets.name"),
                max_chars=_LONGEST_NAME,
                placeholder="OCR_API_KEY",
                help=say("secrets.name_help"),
                key="secret_name",
            ).strip()
        )
        said["value"] = st.text_area(
            say("secrets.value"), max_chars=_LONGEST_VALUE, help=say("secrets.value_help"), key="secret_value"
        )

    def act(_: str) -> str:
        if not (said["name"] and said["value"]):
            raise InvalidInputError(say("secrets.incomplete"))
        secrets.put(visitor.api, said["name"], SecretStr(said["value"]))
        return say("secrets.is_set", name=code(said["name"]))

    return Question(
        title=say("secrets.change_value") if secret else say("secrets.new"),
        explained=say("secrets.value_explained", name=code(secret.name)) if secret else say("secrets.new_explained"),
        button=say("settings.save"),
        act=act,
        asks_reason=False,
        show=show,
        icon=_ICON,
    )


def granting(visitor: Visitor, secret: Secret, offered: Sequence[str]) -> Question:
    chosen: list[str] = []

    def show() -> None:
        chosen[:] = st.multiselect(
            say("secrets.skills"),
            sorted({*offered, *secret.skills}),
            default=sorted(secret.skills),
            accept_new_options=True,
            max_selections=_MOST_SKILLS,
            select_all=False,
            placeholder=say("secrets.choose_skills"),
            key=f"secret_skills_{secret.name}",
        )

    def act(_: str) -> str:
        secrets.grant(visitor.api, secret.name, chosen)
        return say("secrets.is_granted", count=len(chosen), name=code(secret.name))

    return Question(
        title=say("secrets.change_grants"),
        explained=say("secrets.grants_explained", name=code(secret.name)),
        button=say("settings.save"),
        act=act,
        asks_reason=False,
        show=show,
        icon=_ICON,
    )


def removing(visitor: Visitor, secret: Secret) -> Question:
    def act(_: str) -> str:
        secrets.remove(visitor.api, secret.name)
        return say("secrets.is_removed", name=code(secret.name))

    return Question(
        title=say("secrets.action.remove"),
        explained=say("secrets.remove_explained", name=code(secret.name), count=len(secret.skills)),
        button=say("secrets.action.remove"),
        act=act,
        name=secret.name,
        asks_reason=False,
    )
