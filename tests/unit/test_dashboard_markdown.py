"""Text from skills and callers on pages that read Markdown."""

import pytest

from mcpskills_dashboard.markdown import code, instructions, plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pdf-forms", "pdf-forms"),
        ("at 10:30, (twice)", "at 10:30, (twice)"),
        ("*bold* _and_ `code`", r"\*bold\* \_and\_ \`code\`"),
        ("![x](http://evil.example)", r"\!\[x\](http://evil.example)"),
        ("see ![x](http://evil.example)", r"see !\[x\](http://evil.example)"),
        (":red[loud] and :material/key:", r"\:red\[loud\] and \:material/key:"),
        ("# head", r"\# head"),
        ("- item", r"\- item"),
        ("1. first", r"1\. first"),
        ("<b>|$x$|~~y~~", r"\<b\>\|\$x\$\|\~\~y\~\~"),
        ("two\nlines\r\n# here", "two lines # here"),
        ("&lt;b&gt;", r"\&lt;b\&gt;"),
        ("left\u202eright\x1b[1m", "left\ufffdright\ufffd\\[1m"),
    ],
)
def test_a_line_reads_as_it_is(text, shown):
    assert plain(text) == shown


def test_a_name_in_letters_of_code_cannot_end_them():
    assert code("a`b\nc") == "`a\u02cbb c`"
    assert code("a | *b*") == "`a \u2223 *b*`"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("![a chart](https://evil.example/x.png) follows", "*a chart* follows"),
        ("![][remote]", "*…*"),
        ("<img src=x onerror=y>", "&lt;img src=x onerror=y>"),
        ("1 < 2", "1 < 2"),
        ("run [it](scripts/run.py)", "run **it**"),
        ("read [more](https://example.org/a)", "read [more](https://example.org/a)"),
        ("[sly](javascript:alert(1))", "**sly**)"),
        ("`<b>` and ![x](y)", "`<b>` and *x*"),
        ("```html\n<img src=x>\n```\n<b>", "```html\n<img src=x>\n```\n&lt;b>"),
        ("costs $5 or $6", r"costs \$5 or \$6"),
        ("a :red[word]", r"a \:red[word]"),
    ],
)
def test_instructions_load_and_run_nothing(text, shown):
    assert instructions(text) == shown
