import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcpskills.frontmatter import MAX_BYTES, MAX_DEPTH, FrontmatterError, parse


def wrap(yaml):
    return f"---\n{yaml}\n---\nbody\n"


def refused(text):
    with pytest.raises(FrontmatterError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("yes", "yes"),
        ("No", "No"),
        ("off", "off"),
        ("true", True),
        ("TRUE", True),
        ("tRUE", "tRUE"),
        ("false", False),
        ("", None),
        ("~", None),
        ("null", None),
        ("nULL", "nULL"),
        ("12:30:00", "12:30:00"),
        ("0755", 755),
        ("0o755", 0o755),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("-17", -17),
        ("1e3", 1000.0),
        ("1.10", 1.1),
        (".5", 0.5),
        (".", "."),
        ("1.2.3", "1.2.3"),
        ("2026-01-31", "2026-01-31"),
        ("2026-01-31T10:00:00Z", "2026-01-31T10:00:00Z"),
        ("'true'", "true"),
        ('"17"', "17"),
        ("=", "="),
        ("[yes, 1, x]", ["yes", 1, "x"]),
        ("{a: no}", {"a": "no"}),
        ("|\n  two\n  lines", "two\nlines\n"),
        (">-\n  one\n  line", "one line"),
    ],
)
def test_values_are_read_by_the_core_schema_of_yaml_1_2(written, read):
    value = parse(wrap(f"key: {written}")).data["key"]

    assert value == read
    assert type(value) is type(read)


@pytest.mark.parametrize(
    ("yaml", "line", "column", "says"),
    [
        ("name: a\nname: b", 3, 1, "stands twice (first in line 2)"),
        ("meta:\n  x: 1\n  y: 2\n  x: 3", 5, 3, "stands twice (first in line 3)"),
        ("a: &anchor 1", 2, 4, "anchor `&anchor`"),
        ("a: 1\nb: *anchor", 3, 4, "alias `*anchor`"),
        ("a: !!python/object:os.system 1", 2, 4, "tag `tag:yaml.org,2002:python/object:os.system`"),
        ("a: !custom 1", 2, 4, "tag `!custom`"),
        ("a: 1\n1: b", 3, 1, "a key is not a string"),
        ("a: 1\n[x]: b", 3, 1, "a key is not a string"),
        ("a: 1\ntrue: b", 3, 1, "a key is not a string"),
        ("a: .nan", 2, 4, "no JSON form"),
        ("a: -.inf", 2, 4, "no JSON form"),
        ("a: 1e999", 2, 4, "too large a number"),
        ("a: " + "9" * 301, 2, 4, "more than 300 digits"),
        ("- a\n- b", 2, 1, "not a mapping"),
        ("just text", 2, 1, "not a mapping"),
        ("name: x\ndescription: Use when: needed", 3, 22, "mapping values are not allowed"),
        ("見出し: 値\n名前: 二: 三", 3, 6, "mapping values are not allowed"),
    ],
)
def test_what_other_clients_would_read_differently_is_refused_with_its_place(yaml, line, column, says):
    error = refused(wrap(yaml))

    assert (error.line, error.column) == (line, column)
    assert says in error.problem


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("Use when: needed", "`description` in double quotes, because it contains `: `"),
        ("@Observable views", "`description` in double quotes, because it starts with `@`"),
    ],
)
def test_the_common_mistakes_are_told_how_to_be_quoted(value, hint):
    assert hint in refused(wrap(f"name: x\ndescription: {value}")).fix


@pytest.mark.parametrize(
    "text", ["", "# Title\n", "\n---\nname: a\n---\n", " ---\nname: a\n---\n", "----\nname: a\n---\n"]
)
def test_a_missing_frontmatter_is_an_error_and_not_an_empty_result(text):
    error = refused(text)

    assert "does not start with a frontmatter" in error.problem
    assert (error.line, error.column) == (1, 1)


@pytest.mark.parametrize("text", ["---", "---\nname: a\n", "---\nname: a\n ---\n", "---\nname: a\n--- x\n"])
def test_an_unclosed_frontmatter_is_an_error_and_not_an_empty_result(text):
    assert "not closed" in refused(text).problem


def test_an_empty_frontmatter_has_no_fields():
    parsed = parse("---\n---\nbody")

    assert parsed.data == {}
    assert (parsed.body, parsed.body_line) == ("body", 3)


def test_carriage_returns_change_no_value_and_no_place():
    parsed = parse("---\r\nname: a\r\nmeta:\r\n  b: c\r\n---\r\nbody\r\n")

    assert parsed.data == {"name": "a", "meta": {"b": "c"}}
    assert parsed.at("meta") == (4, 3)
    assert parsed.body == "body\r\n"


def test_unknown_keys_are_kept_in_their_order():
    assert list(parse(wrap("zeta: 1\nname: a\nalpha: 2")).data) == ["zeta", "name", "alpha"]


def test_nesting_is_bounded():
    deepest = "a: " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)

    assert parse(wrap(deepest)).data["a"]
    assert "nested more than" in refused(wrap("a: " + "[" * MAX_DEPTH + "]" * MAX_DEPTH)).problem
    assert "nested more than" in refused(wrap("a: " + "[" * 30_000)).problem


def test_size_is_bounded_in_bytes():
    room = MAX_BYTES - len("a: \n")

    assert parse(wrap("a: " + "x" * room)).data["a"] == "x" * room
    assert "larger than" in refused(wrap("a: " + "é" * (room // 2 + 1))).problem


def outcome(text):
    """The data, or the place of the error; anything else that is raised fails the test."""
    try:
        return parse(text).data
    except FrontmatterError as error:
        return error.line, error.column


@given(st.text(max_size=300) | st.text(alphabet="ab:-[]{}?,&*!|>'\"%@`#\n\r\t ~1.\u0085\u2028é", max_size=80))
def test_any_text_gives_data_or_a_place_in_the_file(text):
    found = outcome(f"---\n{text}\n---\nbody")

    assert isinstance(found, dict) or min(found) >= 1
