"""Every language says the same, and the pages use no words that there are not."""

import ast
import re
from pathlib import Path

import httpx2
import pytest

import mcpskills_dashboard
from mcpskills.validation.rules import RULES
from mcpskills_dashboard import language
from mcpskills_dashboard.client.connection import Api, segment
from mcpskills_dashboard.client.refusals import RefusedError, UnusableError, refusal
from mcpskills_dashboard.client.rows import Row, read
from mcpskills_dashboard.language import rules
from mcpskills_dashboard.language.errors import sentence

PACKAGE = Path(mcpskills_dashboard.__file__).parent
OTHERS = [name for name in language.NAMES if name != language.DEFAULT]
SAID_IN_ENGLISH = ("rules.", "refusals.")
"""Beginnings of the keys of what the server says itself in the default language."""

ADMIN_API = Path(__file__).parents[2] / "docs" / "admin-api.md"
FORMS = ("one", "other")
SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]{2,}( |$)")
NOT_ON_PAGES = {
    "answers.py",  # to programs that are no page
    "remembering.py",  # the same
    "app.py",  # to who starts the process
    "settings.py",  # the same
    "appearance.py",  # style sheets
    "editor/component.py",  # scripts
    "toasts.py",  # the same
    "journal/streams.py",  # to who reads what the process logs
}


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)", text))


def said() -> list[tuple[str, bool]]:
    """The keys in calls of `say` and of `Own`, and the beginnings of those that are put together."""
    found = []
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"say", "Own"} and node.args:
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


def written_into(file: Path) -> list[str]:
    """The sentences in a file that are neither documentation nor in a catalog."""
    nodes = list(ast.walk(ast.parse(file.read_text())))
    documentation = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    texts = (node.value for node in nodes if isinstance(node, ast.Constant) and id(node) not in documentation)
    return [text for text in texts if isinstance(text, str) and SENTENCE.search(text)]


def answered(status: int, headers: dict[str, str] | None = None, **problem: object) -> RefusedError:
    return refusal(httpx2.Response(status, headers=headers, json=problem))


@pytest.mark.parametrize("other", OTHERS)
def test_every_language_has_the_same_words(other):
    theirs = [key for key in language.catalog(other) if not key.startswith(SAID_IN_ENGLISH)]

    assert sorted(theirs) == sorted(language.catalog(language.DEFAULT))


@pytest.mark.parametrize("other", OTHERS)
def test_every_rule_is_told_in_every_language_with_what_to_do(other):
    told = {key.split(".")[1] for key in language.catalog(other) if key.startswith("rules.")}

    assert told == set(RULES)
    assert [code for code in RULES if rules.told(code, other) is None] == []


@pytest.mark.parametrize("other", OTHERS)
def test_no_two_rules_are_told_by_the_same_title(other):
    titles = [rules.told(code, other).title for code in RULES]

    assert len(set(titles)) == len(titles)


def test_a_rule_of_a_newer_server_is_told_in_its_own_words():
    assert rules.told("SK999", "zh") is None


def test_in_english_findings_say_it_themselves():
    assert rules.told("SK001", language.DEFAULT) is None


@pytest.mark.parametrize("other", OTHERS)
def test_every_kind_of_refusal_that_is_documented_has_words_around_the_servers_own(other):
    kinds = set(re.findall(r"urn:mcpskills:problem:([a-z-]+)", ADMIN_API.read_text(encoding="utf-8")))
    words = {
        key.removeprefix("refusals."): said
        for key, said in language.catalog(other).items()
        if key.startswith("refusals.")
    }

    assert words.keys() == kinds
    assert {placeholder for said in words.values() for placeholder in placeholders(said)} == {"said"}


def test_a_refusal_of_a_known_kind_is_told_by_it_and_then_word_for_word():
    refused = answered(409, type="urn:mcpskills:problem:conflict", detail="It is live already.")

    assert sentence(refused, "zh") == language.text("zh", "refusals.conflict", said="It is live already.")
    assert sentence(refused, "en") == "It is live already."
    assert sentence(answered(409, type="urn:other:conflict", detail="No."), "zh") == "No."


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


def test_no_sentence_of_the_pages_is_written_beside_the_catalogs():
    files = {str(file.relative_to(PACKAGE)): file for file in PACKAGE.rglob("*.py")}

    assert files.keys() >= NOT_ON_PAGES
    assert {name: found for name in files.keys() - NOT_ON_PAGES if (found := written_into(files[name]))} == {}


@pytest.mark.parametrize(
    ("name", "said"), [("en", "Not now. Try again in 7 s."), ("zh", "Not now. 请在 7 秒后重试。")], ids=["en", "zh"]
)
def test_a_refusal_is_said_word_for_word_and_when_to_come_again_in_the_readers_language(name, said):
    assert sentence(answered(429, {"Retry-After": "7"}, detail="Not now."), name) == said


def test_values_that_are_wrong_are_said_once():
    wrong = [{"location": "body.name", "message": "too long"}]

    assert sentence(answered(422, detail="Not so.", errors=wrong), "zh") == "Not so. body.name: too long"
    assert sentence(answered(422, detail="body.name: too long", errors=wrong), "zh") == "body.name: too long"


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"<html>"])
def test_a_refusal_without_words_is_said_by_its_status_in_the_readers_language(content):
    assert sentence(refusal(httpx2.Response(502, content=content)), "zh") == "服务器返回状态码 502。"


def test_a_server_that_does_not_answer_is_told_of_in_the_readers_language():
    with httpx2.Client(trust_env=False) as http, pytest.raises(UnusableError) as caught:
        Api("http://127.0.0.1:9", http, lambda: None).get("/me")

    assert sentence(caught.value, "zh").startswith("位于 http://127.0.0.1:9 的服务器没有响应。")


def test_an_answer_of_another_shape_is_told_of_in_the_readers_language():
    class Named(Row):
        name: str

    with pytest.raises(UnusableError) as caught:
        read(Named, {})

    assert sentence(caught.value, "zh").startswith("服务器的响应不符合预期")
    assert "name" in sentence(caught.value, "zh")


def test_a_name_that_leads_elsewhere_is_refused_in_the_readers_language():
    with pytest.raises(RefusedError) as caught:
        segment("..")

    assert sentence(caught.value, "zh") == "没有名为“..”的内容。"
