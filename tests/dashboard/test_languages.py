"""Every language says the same, and the pages use no words that there are not."""

import ast
import re
from pathlib import Path

import pytest

import mcpskills_dashboard
from mcpskills_dashboard import language

PACKAGE = Path(mcpskills_dashboard.__file__).parent
OTHERS = [name for name in language.NAMES if name != language.DEFAULT]
FORMS = ("one", "other")


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)", text))


def said() -> list[tuple[str, bool]]:
    """The keys in calls of `say`, and the beginnings of those that are put together."""
    found = []
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say" and node.args:
                key = node.args[0]
                if isinstance(key, ast.Constant):
                    found.append((key.value, True))
                elif isinstance(key, ast.JoinedStr) and isinstance(key.values[0], ast.Constant):
                    found.append((key.values[0].value, False))
    return found


def is_known(key: str, *, whole: bool) -> bool:
    keys = language.catalog(language.DEFAULT)
    if whole:
        return key in keys or all(f"{key}.{form}" in keys for form in FORMS)
    return any(each.startswith(key) for each in keys)


@pytest.mark.parametrize("other", OTHERS)
def test_every_language_has_the_same_words(other):
    assert sorted(language.catalog(other)) == sorted(language.catalog(language.DEFAULT))


@pytest.mark.parametrize("other", OTHERS)
def test_words_of_one_key_have_the_same_places_for_values(other):
    ours, theirs = language.catalog(language.DEFAULT), language.catalog(other)

    # "One minute" needs no number.
    differing = [
        key for key in ours if not key.endswith(".one") and placeholders(ours[key]) != placeholders(theirs[key])
    ]

    assert differing == []


def test_every_key_that_the_pages_use_has_words():
    assert [key for key, whole in said() if not is_known(key, whole=whole)] == []


def test_every_catalog_is_of_a_language_that_can_be_chosen():
    folders = {folder.name for folder in (PACKAGE / "language").iterdir() if folder.is_dir() and "_" not in folder.name}

    assert folders == set(language.NAMES)
