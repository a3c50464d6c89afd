import json

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from builders import script, skill_folder, skill_md
from mcpskills import frontmatter
from mcpskills.canonical import canonical, rewrite
from mcpskills.frontmatter import FrontmatterError
from mcpskills.skill import allowed_tools, plain


def rewritten(yaml):
    text = rewrite(f"---\nname: a\n{yaml}\n---\nbody: {{a}}\n")
    return text.removeprefix("---\nname: a\n").removesuffix("\n---\nbody: {a}\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("allowed-tools: [Read, Bash(git add *)]", 'allowed-tools: "Read Bash(git add *)"'),
        ("allowed-tools:\n  - Read\n  - Grep # why\nmodel: x", 'allowed-tools: "Read Grep" # why\nmodel: x'),
        ("metadata:\n  version: 1.10", 'metadata:\n  version: "1.10"'),
        ("metadata:\n  a: yes\n  b: true", 'metadata:\n  a: yes\n  b: "true"'),
        ("metadata:\n  tags:\n    - x\n    - y\n  b: c", 'metadata:\n  tags: "x, y"\n  b: c'),
        ("metadata:\n  a:\n  b: # empty\n  c: d", 'metadata:\n  a: ""\n  b: "" # empty\n  c: d'),
        ('metadata: {a: 1, "b": {c: 2}}', 'metadata: {a: "1", "b": "c=2"}'),
        ("metadata:\n  m:\n    k: |\n      t", 'metadata:\n  m: "k=t\\n"'),
        ("metadata:\n  m:\n    - >-\n      t\n\n  n: x", 'metadata:\n  m: "t"\n\n  n: x'),
        ("metadata:\n  m:\n    k: |+\n      t\n  n: 1", 'metadata:\n  m: "k=t\\n"\n  n: "1"'),
        ("metadata:\n  m: 1\n   \t\n  n: x", 'metadata:\n  m: "1"\n    \n  n: x'),
        ('metadata: {a: ["\\x7f\\x85"]}', 'metadata: {a: "\\U0000007f\\U00000085"}'),
    ],
)
def test_what_the_specification_cannot_carry_becomes_text(before, after):
    assert rewritten(before) == after


@pytest.mark.parametrize(
    "yaml",
    [
        "allowed-tools: Read, Grep",
        "metadata:\n  version: '1.10'  # kept",
        "metadata: {}",
        "other: [1, 2]",
        "metadata: text",
    ],
)
def test_everything_else_stays_byte_for_byte(yaml):
    text = f"---\r\nname: a\r\n{yaml}\r\n---\r\n\tbody \r\n"

    assert rewrite(text) == text


@pytest.mark.parametrize("metadata", ["{a}", "{a, b: 1}", "{a: 1, b}", "\n  ? a"])
def test_a_key_without_a_colon_is_refused_with_its_place(metadata):
    with pytest.raises(FrontmatterError, match="stands without a value") as caught:
        rewrite(f"---\nname: a\nmetadata: {metadata}\n---\n")

    assert caught.value.line >= 3


def test_a_byte_order_mark_and_the_executable_bit_survive_the_rewrite():
    text = "\ufeff" + skill_md(extra="metadata:\n  a: 1")
    folder, changed = canonical(skill_folder(text=script(text.encode())))

    assert changed
    assert folder.entries["SKILL.md"].content.decode() == text.replace("a: 1", 'a: "1"')
    assert folder.entries["SKILL.md"].executable


def test_a_signed_folder_is_left_alone():
    folder = skill_folder(extra="metadata:\n  a: 1", files={"skill.oms.sig": "{}"})

    assert canonical(folder) == (folder, False)


def test_a_folder_in_canonical_form_is_the_very_same_folder():
    folder = skill_folder(extra='metadata:\n  a: "1"')

    assert canonical(folder) == (folder, False)


def yaml_of(value):
    """JSON is YAML but for characters that YAML wants escaped."""
    written = json.dumps(value, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in written)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    metadata=st.dictionaries(st.text(max_size=5), values, max_size=4), tools=st.lists(st.text(max_size=8), max_size=3)
)
def test_the_rewritten_frontmatter_says_what_was_said_as_text_and_a_second_rewrite_changes_nothing(metadata, tools):
    yaml = yaml_of({"metadata": metadata, "after": [1], "allowed-tools": tools})

    text = rewrite(f"---\n{yaml}\n---\nbody")

    data = frontmatter.parse(text).data
    assert data["metadata"] == {key: plain(value) for key, value in metadata.items()}
    assert data["after"] == [1]
    assert data["allowed-tools"] == " ".join(allowed_tools(tools))
    assert rewrite(text) == text


tokens = [
    *"a1~|>{}[]\\'\"",
    "true",
    "|-",
    "|+",
    "|2",
    ">-",
    '"x"',
    "'y'",
    "k: ",
    ": ",
    "- ",
    "? ",
    ", ",
    " # c",
    "\ufeff",
    "\u00a0",
]
spaces = [" ", "\t", "\n", "\n  ", "\n    ", "\n      ", "\r\n", "\r", "\x85", "\u2028"]
pieces = st.sampled_from([*tokens, *spaces])
openings = st.sampled_from(["\n  m: ", "\n  m:\n    k: ", "\n  m:\n    k: |\n      t", "\n  m:\n    - ", "\n  ", " {"])
endings = st.sampled_from(["\n", "\nx: [1]\n", "\nallowed-tools: [a, b]\n"])


@settings(max_examples=500, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.builds("{}{}{}".format, openings, st.lists(pieces, max_size=9).map("".join), endings))
def test_whatever_can_be_read_can_be_read_after_the_rewrite_and_says_nothing_else(yaml):
    text = f"---\nname: a\nmetadata:{yaml}---\nbody\n"
    try:
        before, after = frontmatter.parse(text), rewrite(text)
    except FrontmatterError:
        reject()

    read = frontmatter.parse(after)

    assert read.body == before.body
    assert read.data["metadata"] == as_text(before.data["metadata"])
    assert {**read.data, "metadata": 0, "allowed-tools": 0} == {**before.data, "metadata": 0, "allowed-tools": 0}
    assert rewrite(after) == after


def as_text(metadata):
    if not isinstance(metadata, dict):
        return metadata
    return {key: value if isinstance(value, str) else plain(value) for key, value in metadata.items()}
