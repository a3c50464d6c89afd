import pytest

from builders import skill_md
from mcpskills import frontmatter, skill
from mcpskills.errors import TooLargeError
from mcpskills_server.mcp import placeholders


def read(body, extra=""):
    return skill.from_frontmatter(frontmatter.parse(skill_md(body=body, extra=extra)))


def names(body, extra=""):
    return [argument.name for argument in placeholders.arguments(read(body, extra))]


@pytest.mark.parametrize(
    ("body", "extra", "expected"),
    [
        ("Nothing.", "argument-hint: file", []),
        ("Do $ARGUMENTS.", "", ["arguments"]),
        ("Do $ARGUMENTS_LIST.", "", []),
        ("awk '{print $1}' costs $5", "", []),
        ("Copy $1 to $2", "argument-hint: a b", ["argument1", "argument2"]),
        ("Copy $2", "arguments: [source, target]", ["target"]),
        ("Copy $source to $3", "arguments: source target", ["source", "argument3"]),
        ("$file-name and $file", "arguments: file file-name", ["file", "file-name"]),
        ("$filed $10", "arguments: file", []),
        ("$2 $ARGUMENTS $1", "arguments: a b", ["arguments", "a", "b"]),
        ("$a", "arguments: {a: b}", []),
        ("$1 $2", "arguments: [1, 'not a name', good]", ["good", "argument2"]),
    ],
)
def test_a_prompt_has_the_arguments_that_its_instructions_use(body, extra, expected):
    assert names(body, extra) == expected


@pytest.mark.parametrize(("extra", "hint"), [("argument-hint: a file", "a file"), ("argument-hint: [file]", "[file]")])
def test_an_argument_is_described_by_the_hint(extra, hint):
    [argument] = placeholders.arguments(read("$1", extra))

    assert argument.hint == hint


def test_values_are_put_in_once_and_never_read_as_placeholders():
    filled = placeholders.filled(
        read("$1|$b|$ARGUMENTS", "arguments: a b"), {"a": "$b", "b": "$ARGUMENTS", "arguments": "\\1"}
    )

    assert filled == "$b|$ARGUMENTS|\\1"


def test_missing_values_leave_nothing_and_unknown_ones_change_nothing():
    assert placeholders.filled(read("<$ARGUMENTS> $1"), {"other": "x"}) == "<> $1"


def test_a_prompt_has_a_largest_size():
    with pytest.raises(TooLargeError, match="1000000"):
        placeholders.filled(read("$ARGUMENTS" * 1_000), {"arguments": "x" * 1_001})
