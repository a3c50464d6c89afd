"""An entry in words: what it says in one line, and all of it field by field."""

from collections.abc import Iterator, Mapping
from typing import Final

import streamlit as st

from mcpskills_dashboard import actions, language, moments
from mcpskills_dashboard.client.audit import Entry
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import code, plain

_BEFORE: Final = "was_"
_ASIDE: Final = frozenset({"caller", "source", "request", "digest"})
"""What the line leaves to the fields below it."""

_FIRST: Final = ("reason", "what", "live", "version", "name", "roles", "groups")
_POINTERS: Final = frozenset({"live", "wanted"})
"""That nothing was there before says something."""

_DIGITS: Final = 12
_LONG: Final = frozenset({"digest", "commit", "instead_of"})

Detail = Mapping[str, str | int | None]


def line(entry: Entry) -> str:
    """What the detail says, in one line of text."""
    return " · ".join(_said(entry.detail))


def whole(entry: Entry) -> None:
    """Everything that the entry says."""
    colour, title = actions.colour(entry.action), plain(actions.named(entry.action))
    about = f" **{plain(entry.skill)}**" if entry.skill else ""
    st.markdown(f":{colour}-badge[{title}]{about} {say('audit.by', actor=plain(entry.actor))}")
    rows = [
        (say("audit.column.at"), moments.exactly(entry.at)),
        *((name_of(name), _value(value)) for name, value in entry.detail.items() if value is not None),
        (say("audit.generation"), moments.number(entry.generation)),
        (say("audit.hash"), code(entry.hash)),
        (say("audit.previous"), code(entry.previous)),
    ]
    head = f"| {say('audit.field_column')} | {say('audit.value_column')} |\n| --- | --- |\n"
    st.markdown(head + "\n".join(f"| {name} | {value} |" for name, value in rows))


def name_of(field: str) -> str:
    """A field of the detail in words; one that begins with `was_` says what was so before."""
    bare = field.removeprefix(_BEFORE)
    key = f"audit.field.{bare}"
    said = say(key) if language.has(key) else bare.replace("_", " ")
    return say("audit.was", field=said) if field.startswith(_BEFORE) else said


def _said(detail: Detail) -> Iterator[str]:
    for field in sorted(detail, key=_place):
        value = detail[field]
        if field in _ASIDE or (field.startswith(_BEFORE) and field.removeprefix(_BEFORE) in detail):
            continue
        was = f"{_BEFORE}{field}"
        before = detail.get(was)
        if was in detail and before != value and (before is not None or field in _POINTERS):
            yield f"{name_of(field)} {_short(field, before)} → {_short(field, value)}"
        elif value not in (None, ""):
            yield f"{name_of(field)} {_short(field, value)}"


def _place(field: str) -> int:
    """What people ask for first comes first; the rest stays in its order."""
    return _FIRST.index(field) if field in _FIRST else len(_FIRST)


def _short(field: str, value: str | int | None) -> str:
    if value is None or value == "":
        return moments.NOTHING
    text = str(value)
    return text.removeprefix("sha256:")[:_DIGITS] if field in _LONG else text


def _value(value: str | int | None) -> str:
    return code(str(value)) if value != "" else moments.NOTHING
