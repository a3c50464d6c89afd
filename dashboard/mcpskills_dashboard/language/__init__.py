"""The words of the pages, in the reader's language. A language is a folder of TOML files, a file for each page or component.

`say("skills.title")` is `title` in `skills.toml`. `{name}` stands for a value. Of a table with `one` and `other`, `count`
chooses.
`en` is the one that all others are held against; one more language is one more folder, and a row in `NAMES`.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import streamlit as st

NAMES: Final[Mapping[str, str]] = {"en": "English", "zh": "中文"}
"""The languages, each in its own words."""

DEFAULT: Final = "en"
PARAMETER: Final = "lang"
"""Of the address, so that a link can say the language."""

_CHOSEN: Final = "language"
_FOLDER: Final = Path(__file__).parent


def say(key: str, **values: Any) -> str:
    """The words of a key in the reader's language."""
    return text(chosen(), key, **values)


def text(language: str, key: str, **values: Any) -> str:
    """The words of a key in a language, with the values in their places. `KeyError` for a key that is in no catalog."""
    found = catalog(language).get(key)
    if found is None:
        form = "one" if values["count"] == 1 else "other"
        found = catalog(language)[f"{key}.{form}"]
    return found.format(**values) if values else found


@cache
def catalog(language: str) -> Mapping[str, str]:
    """All words of a language by their keys, such as `skills.title`."""
    found: dict[str, str] = {}
    for file in sorted((_FOLDER / language).glob("*.toml")):
        _flatten(file.stem, tomllib.loads(file.read_text(encoding="utf-8")), found)
    return found


def has(key: str) -> bool:
    """Whether there are words of that key, for what comes from the server and may be new."""
    return key in catalog(DEFAULT)


def chosen() -> str:
    """The reader's language: what they chose, else what the address says, else what their browser prefers."""
    said: str | None = st.session_state.get(_CHOSEN) or st.query_params.get(PARAMETER)
    return said if said is not None and said in NAMES else preferred()


def preferred() -> str:
    """What the browser prefers, of what there is."""
    locale = (st.context.locale or "").partition("-")[0].lower()
    return locale if locale in NAMES else DEFAULT


def choose(language: str) -> None:
    st.session_state[_CHOSEN] = language


def keep() -> None:
    """Have the address say a language that the browser would not have preferred, so that a reload and a sent link keep it."""
    language = chosen()
    if language != preferred() or PARAMETER in st.query_params:
        choose(language)
        if st.query_params.get(PARAMETER) != language:
            st.query_params[PARAMETER] = language


def _flatten(prefix: str, table: Mapping[str, Any], found: dict[str, str]) -> None:
    for name, value in table.items():
        if isinstance(value, dict):
            _flatten(f"{prefix}.{name}", value, found)
        else:
            found[f"{prefix}.{name}"] = value
