"""Reading JSON of others: lists of texts, times, and how deep a document may be."""

from datetime import UTC, datetime

import pytest

from mcpskills import strict_json
from mcpskills.errors import CorruptedError


def reading(text, nesting=None):
    return strict_json.read(text.encode(), "it", 1_000_000, nesting)


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ('{"a": ["b", "c"]}', ("b", "c")),
        ('{"a": "b c"}', ("b c",)),
        ('{"a": []}', ()),
        ('{"a": null}', ()),
        ("{}", ()),
    ],
)
def test_texts_are_a_list_or_one_alone(text, texts):
    assert reading(text).texts("a", 2) == texts


@pytest.mark.parametrize(
    "text", ['{"a": ["b", 7]}', '{"a": 7}', '{"a": {"b": "c"}}', '{"a": ["b", "c", "d"]}', '{"a": [["b"]]}']
)
def test_what_is_no_list_of_texts_is_refused(text):
    with pytest.raises(CorruptedError, match="`a` of it should be a list of"):
        reading(text).texts("a", 2)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("0", datetime(1970, 1, 1, tzinfo=UTC)),
        ("1764331200", datetime(2025, 11, 28, 12, tzinfo=UTC)),
        ("1764331200.5", datetime(2025, 11, 28, 12, 0, 0, 500_000, tzinfo=UTC)),
        ("253402300799", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_an_instant_is_a_number_of_seconds(text, moment):
    assert reading(f'{{"a": {text}}}').instant("a") == moment


@pytest.mark.parametrize(
    "text", ["-1", "253402300800", "1e30", "true", '"0"', "null", "[]", "NaN", "Infinity", "-Infinity"]
)
def test_what_is_no_instant_is_refused(text):
    with pytest.raises(CorruptedError, match="`a` of it should be a time in seconds since 1970"):
        reading(f'{{"a": {text}}}').instant("a")


@pytest.mark.parametrize(
    ("text", "depth"), [("{}", 1), ('{"a": 7}', 1), ('{"a": []}', 2), ('{"a": [{"b": [7]}], "c": []}', 4)]
)
def test_a_document_may_be_as_deep_as_is_said(text, depth):
    assert reading(text, depth) is not None
    with pytest.raises(CorruptedError, match=f"more than {depth - 1} deep"):
        reading(text, depth - 1)


def test_a_field_that_is_null_is_there():
    document = reading('{"a": null}')

    assert ["a" in document, "b" in document] == [True, False]
