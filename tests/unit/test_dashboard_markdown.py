"""Text from skills and callers on pages that read Markdown."""

import pytest

from mcpskills_dashboard.markdown import code, instructions, plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("pdf-forms", "pdf-forms"),
        ("at 10:30, (twice)", "at 10:30, (twice)"),
        ("*bold* _and_ `code`", r"\*bold\* \_and\_ \`code\`"),
        ("![x](http://evil.example)", r"\!\[x\](http:color[\:]//evil.example)"),
        ("see ![x](http://evil.example)", r"see !\[x\](http:color[\:]//evil.example)"),
        (":red[loud] and :material/key:", r"\:red\[loud\] and :color[\:]material/key:"),
        ("# head", r"\# head"),
        ("- item", r"\- item"),
        ("1. first", r"1\. first"),
        ("12) twelfth", r"12\) twelfth"),
        ("  # head", r"\# head"),
        ("===", r"\==="),
        ("see HTTPS://evil.example/x_y", r"see HTTPS:color[\:]//evil.example/x\_y"),
        ("WWW.evil.example", r"WWW:color[\.]evil.example"),
        ("ops@evil.example", r"ops:color[\@]evil.example"),
        (":@home", r"\::color[\@]home"),
        (":smile: or :+1:", r":color[\:]smile: or :color[\:]+1:"),
        ("a -> b <-> c", r"a :color[\-]\> b \<:color[\-]\> c"),
        ("a -- b >= c", r"a :color[\-]- b \>:color[\=] c"),
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
    assert code("data[1].json") == "`data[1].json`"


@pytest.mark.parametrize("text", ["a]] **b**", "a[b", "]a[", r"a\[b]", "[" * 21 + "]" * 21])
def test_brackets_in_letters_of_code_cannot_end_a_mark_around_them(text):
    assert code(text) == f"`{text.replace('[', chr(0xFF3B)).replace(']', chr(0xFF3D))}`"


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
        ("[`run.py`](scripts/run.py) runs", "**`run.py`** runs"),
        ("as \0 it\0", "as \ufffd it\ufffd"),
    ],
)
def test_instructions_load_and_run_nothing(text, shown):
    assert instructions(text) == shown


@pytest.mark.parametrize(
    "code",
    [
        "```sh\necho $HOME <b>\n```",
        "~~~~\n```\n$x\n~~~~",
        "```\n<b> to the end",
        "1. Run:\n\n   ```sh\n   echo $HOME > <file>\n   ```",
        "- ```\n  <b>\n  ```",
        "> ```\n> <b>\n> ```",
        "- a list\n\n      $indented",
        "    $indented <b>",
        "`one $x` and ``two ` <b>``",
        "over `two\n$lines` of text",
        "> quoted `over\n> two $lines`",
        "1. 1 `$x`",
        "# Head `<b>` #",
        "| `<b>` | `$y` |\n| --- | --- |\n| `$y` | x |",
        "a list\r\n- `$x`",
    ],
)
def test_code_in_instructions_stays_as_it_is(code):
    assert instructions(code) == code.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("> ```\n> <b>\n\n<b>", "> ```\n> <b>\n\n&lt;b>"),
        ("1. one\n   ```\n   $x\n2. $two", "1. one\n   ```\n   $x\n2. \\$two"),
        ("a ``` $x", r"a ``` \$x"),
        (r"\`$x`", r"\`\$x`"),
        ("<div>\n`<b>`\n</div>", "&lt;div>\n`<b>`\n&lt;/div>"),
        ("`a`$b`c`", r"`a`\$b`c`"),
        ("| a ` | b ` |\n| - | - |\n| $x | `$y` |", "| a ` | b ` |\n| - | - |\n| \\$x | `$y` |"),
        ("![of `$x`](y)", r"*of `$x`*"),
    ],
)
def test_what_only_looks_like_code_is_harmless(text, shown):
    assert instructions(text) == shown
