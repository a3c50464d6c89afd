import re

import pytest
from hypothesis import example, given
from markdown_it import MarkdownIt

from findings import HOSTILE, WAIVER, a_finding, a_report, hostile_reports
from mcpskills.printable import printable
from mcpskills.validation.finding import Severity
from mcpskills.validation.reports.markdown import MARKER, MAX_BYTES, as_markdown, code, prose

# GitHub's flavour: tables, strikethrough and raw HTML.
PAGE = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
OURS = re.compile(
    rf"{MARKER}\n|<details><summary>(Info|Waived) \(\d+\)</summary>\n|</details>\n?",
)
BLOCKS = {"heading", "paragraph", "bullet_list", "list_item", "html_block", "inline"}
INLINE = {"text", "code_inline", "strong_open", "strong_close", "hardbreak", "softbreak", "text_special"}
# What GitHub looks for in text that stands outside of code: mentions, references, addresses, hashes of commits, emoji, commands.
SPECIAL = re.compile(
    r"@|#\s?\d|\bGH-\d|://|\bwww\.|\b[0-9a-f]{7,40}\b|:\w+:|\$|&|<|^\s*/\w|\w\.\w{2,}/|[\u200b-\u200f\u202a-\u202e\u2060-\u2069]",
    re.IGNORECASE | re.MULTILINE,
)


def tokens(markdown):
    for token in PAGE.parse(markdown):
        yield token
        yield from token.children or ()


def text_of(markdown):
    """The text that stands outside of code, as a reader sees it."""
    shown = {"hardbreak": "\n", "softbreak": "\n", "code_inline": " "}
    blocks = [token.children for token in PAGE.parse(markdown) if token.children]
    return "\n".join("".join(shown.get(part.type) or part.content for part in block) for block in blocks)


def test_the_first_line_is_the_mark_by_which_a_workflow_finds_its_comment():
    assert as_markdown(a_report()).startswith("<!-- mcpskills-validate -->\n")


def test_a_finding_is_told_with_place_text_and_fix():
    told = as_markdown(a_report(a_finding(message="the name `Pdf` is wrong")))

    assert "### Skills: 1 error to fix" in told
    assert (
        "- **SK007 description** in `skills/pdf-forms/SKILL.md:3:14`: the name `Pdf` is wrong\\\n"
        "  `short`\\\n"
        "  Fix: Say what the skill does and when to use it.\n"
    ) in told


def test_the_important_comes_first_and_the_rest_is_folded():
    told = as_markdown(
        a_report(
            a_finding(severity=Severity.INFO),
            a_finding(waiver=WAIVER),
            a_finding(severity=Severity.WARNING),
            a_finding(severity=Severity.ERROR),
        )
    )

    places = [told.index(part) for part in ("#### Errors (1)", "#### Warnings (1)", "Info (1)", "Waived (1)")]
    assert places == sorted(places)
    assert told.count("<details>") == told.count("</details>") == 2
    assert "Waived: The material that this skill teaches. (`@example/security`, until `2030-12-31`)" in told


def test_what_does_not_fit_is_counted_and_errors_are_kept_longest():
    findings = [a_finding("SK014", Severity.WARNING, line=line) for line in range(1, 2000)]
    report = a_report(*findings, *(a_finding(line=line) for line in range(1, 101)))

    told = as_markdown(report)

    assert len(told.encode()) <= MAX_BYTES
    assert told.count("**SK007") == 100
    shown = told.count("**SK014")
    assert f"{1999 - shown} more findings did not fit here" in told


def test_a_page_of_the_widest_characters_still_fits():
    text = "\U0001d54f" * 199

    told = as_markdown(
        a_report(*(a_finding(text=text, message=text, fix=text, severity=Severity.INFO) for _ in range(200)))
    )

    assert len(told.encode()) <= MAX_BYTES
    assert told.count("<details>") == told.count("</details>") == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("the name `a` is wrong", "the name `a` is wrong"),
        ("ask @octocat, see #1", "ask `@octocat`, see `#1`"),
        ("(see http://x.example)", "(see `http://x.example`)"),
        ("a `b``c` d", "a `b` `c` d"),
        ("stray ` tick @a", "stray `  tick @a `"),
        ("at deadbeef or 1234567", "at `deadbeef` or `1234567`"),
        ("isn't well-known: 1024 bytes.", "isn't well-known: 1024 bytes."),
        ("<b> *x* [y](z) a|b", "`<b>` `*x*` `[y](z`) `a|b`"),
        ("/merge", "`/merge`"),
        ("", ""),
    ],
)
def test_plain_words_stay_and_everything_else_becomes_code(text, told):
    assert prose(text) == told


@pytest.mark.parametrize("text", ["a", "`", "``", " a ", "`a`", "a``b", "\\", " ", "a\\`", "```\n"])
def test_a_code_span_holds_its_text_whatever_it_is(text):
    (paragraph,) = [token for token in PAGE.parse(f"x{code(text)}x") if token.children]

    assert [child.content for child in paragraph.children if child.type == "code_inline"] == [printable(text)]


@given(hostile_reports())
@example(a_report(a_finding(message="a\\``[x](http://evil.example)`")))
@example(a_report(a_finding(skill="x`\n\n<img src=x>", message="`" * 50, text="`")))
def test_no_report_has_links_images_html_or_blocks_other_than_ours(report):
    for token in tokens(as_markdown(report)):
        kind = token.type.removesuffix("_open").removesuffix("_close")
        assert kind in BLOCKS or token.type in INLINE, token
        if token.type == "html_block":
            assert OURS.fullmatch(token.content), token.content


@given(hostile_reports())
def test_no_report_has_a_mention_a_reference_or_an_address_outside_of_code(report):
    assert SPECIAL.search(text_of(as_markdown(report))) is None


@given(hostile_reports())
def test_no_line_starts_with_what_a_finding_says(report):
    for line in as_markdown(report).splitlines():
        assert re.match(r"$|<|#{3,4} |\d+ |- \*\*SK|  (`|Fix: |Waived: )", line), line


@given(HOSTILE, HOSTILE)
def test_two_texts_side_by_side_stay_apart(one, other):
    told = f"{prose(one)} and {code(other)}"

    assert {child.type for token in PAGE.parse(f"Fix: {told}") for child in token.children or ()} <= INLINE
