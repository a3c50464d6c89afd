"""The statement about a version: written and read, and held against what the catalog says."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from catalog_builders import TENANT, a_version
from mcpskills import provenance
from mcpskills.errors import CorruptedError, InvalidInputError
from mcpskills.provenance import UNSIGNED, Review
from provenance_builders import a_provenance


def test_what_was_stated_is_read():
    stated = a_provenance(sbom="sha256:" + "5" * 64)

    assert provenance.read(provenance.statement(stated)) == stated


def test_a_statement_without_anything_optional_is_read():
    stated = a_provenance(review=Review(None, None, UNSIGNED), evaluation=None, sbom=None)

    assert provenance.read(provenance.statement(stated)) == stated


def test_a_statement_is_an_in_toto_statement_about_the_package():
    document = json.loads(provenance.statement(a_provenance()))

    assert document["_type"] == "https://in-toto.io/Statement/v1"
    assert document["subject"] == [
        {"name": "pdf-forms", "digest": {"sha256": a_version().digest.removeprefix("sha256:")}}
    ]
    assert document["predicateType"] == provenance.PREDICATE_TYPE
    assert set(document) == {"_type", "subject", "predicateType", "predicate"}


def test_the_same_provenance_is_stated_in_the_same_bytes():
    assert provenance.statement(a_provenance()) == provenance.statement(a_provenance())


def test_letters_of_all_languages_are_stated_as_they_are():
    stated = a_provenance(origin=replace(a_version().origin, author="Åsa 山田"))

    statement = provenance.statement(stated)

    assert "Åsa 山田".encode() in statement
    assert provenance.read(statement) == stated


def test_a_path_that_is_no_text_cannot_be_vouched_for():
    odd = replace(a_version().origin, path="skills/\udcff/pdf-forms")

    with pytest.raises(InvalidInputError, match="valid UTF-8"):
        provenance.statement(a_provenance(origin=odd))


def test_what_is_too_long_to_be_signed_is_refused_with_what_to_do():
    deep = replace(a_version().origin, path="skills/" + "a/" * 2000)

    with pytest.raises(InvalidInputError, match="shorter path"):
        provenance.statement(a_provenance(origin=deep))


def test_fields_of_later_publishers_are_passed_over():
    document = json.loads(provenance.statement(a_provenance()))
    document["predicate"]["weather"] = "fine"

    assert provenance.read(json.dumps(document).encode()) == a_provenance()


@pytest.mark.parametrize("key", ["_type", "predicateType"])
def test_a_statement_of_another_type_is_refused(key):
    document = json.loads(provenance.statement(a_provenance()))
    document[key] = "https://slsa.dev/provenance/v1"

    with pytest.raises(CorruptedError, match=r"slsa\.dev.*upgrade"):
        provenance.read(json.dumps(document).encode())


def _set(*path: str | int, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: Any) -> None:
        for key in path[:-1]:
            document = document[key]
        document[path[-1]] = to

    return change


def _drop(*path: str) -> Callable[[dict[str, Any]], None]:
    def change(document: Any) -> None:
        for key in path[:-1]:
            document = document[key]
        del document[path[-1]]

    return change


@pytest.mark.parametrize(
    "change",
    [
        _drop("subject"),
        _drop("predicate"),
        _drop("predicate", "tenant"),
        _drop("predicate", "review", "signature"),
        _set("subject", to=[]),
        _set("subject", to=[{}, {}]),
        _set("subject", to=["pdf-forms"]),
        _set("subject", 0, "digest", "sha256", to="A" * 64),
        _set("subject", 0, "digest", "sha256", to="0" * 63),
        _set("predicate", "number", to=True),
        _set("predicate", "number", to=-1),
        _set("predicate", "number", to=1.5),
        _set("predicate", "number", to=2**60),
        _set("predicate", "rewritten", to=1),
        _set("predicate", "sbom", to="sha512:00"),
        _set("predicate", "origin", to="here"),
        _set("predicate", "origin", "commit", to=None),
        _set("predicate", "publishedAt", to="yesterday"),
        _set("predicate", "publishedAt", to="2026-03-01T12:00:00"),
        _set("predicate", "review", "signature", "state", to="fine"),
        _set("predicate", "evaluation", to=[]),
    ],
)
def test_a_field_that_is_missing_or_of_another_kind_is_refused(change):
    document = json.loads(provenance.statement(a_provenance()))
    change(document)

    with pytest.raises(CorruptedError):
        provenance.read(json.dumps(document).encode())


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"{",
        b"[" * 3_999,
        b'{"_type":"a","_type":"b"}',
        b'{"_type": ' + b"1" * 3_900 + b"}",
        b" " * 4_001,
    ],
)
def test_what_is_no_statement_is_refused(payload):
    with pytest.raises(CorruptedError):
        provenance.read(payload)


def test_a_provenance_matches_the_version_that_it_was_signed_for():
    provenance.matches(a_provenance(), TENANT, a_version())


@pytest.mark.parametrize(
    ("other", "what"),
    [
        ({"tenant": "acme"}, "tenant"),
        ({"skill": "pdf-farms"}, "skill"),
        ({"number": 2}, "version"),
        ({"digest": "sha256:" + "0" * 64}, "package"),
        ({"rewritten": True}, "rewriting"),
        ({"sbom": "sha256:" + "0" * 64}, "bill of materials"),
    ],
)
def test_a_provenance_of_anything_else_does_not_match(other, what):
    with pytest.raises(CorruptedError, match=f"signed for the {what}"):
        provenance.matches(a_provenance(**other), TENANT, a_version())


@pytest.mark.parametrize(
    ("field", "value"), [("commit", "f" * 40), ("tree", "f" * 40), ("path", "skills/other"), ("author", "Mallory")]
)
def test_a_provenance_of_another_place_in_git_does_not_match(field, value):
    elsewhere = replace(a_version().origin, **{field: value})

    with pytest.raises(CorruptedError, match=rf"signed for the {field}.*catalog has"):
        provenance.matches(a_provenance(origin=elsewhere), TENANT, a_version())
