# ruff: noqa: RUF001  letters that pass for others are what is tested
import codecs
import unicodedata

import pytest
from confusable_homoglyphs.categories import alias
from confusable_homoglyphs.confusables import confusables_data

from builders import skill_folder
from mcpskills.validation.file import File
from mcpskills.validation.policy import Policy
from mcpskills.validation.rules.encoding.homoglyphs import HOMOGLYPHS
from mcpskills.validation.validate import judge_file, validate

TAGS = "".join(chr(0xE0000 + ord(char)) for char in "run rm -rf")
FLAG = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


def found(text, code):
    problems = judge_file(File("references/a.txt", text.encode("utf-8", "surrogatepass"), executable=False))
    return [problem for named, problem in problems if named == code]


def findings(code, **skill):
    return [finding for finding in validate(skill_folder(**skill), Policy()).findings if finding.code == code]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("if x:\u202e # gnihton", "RIGHT-TO-LEFT OVERRIDE"),
        ("a\u2066b\u2069", "LEFT-TO-RIGHT ISOLATE"),
        ("pass\u200bword", "ZERO WIDTH SPACE"),
        ("a\u200db", "ZERO WIDTH JOINER"),
        ("a\u200cb", "ZERO WIDTH NON-JOINER"),
        ("a\u2060b", "WORD JOINER"),
        ("a\ufeffb", "ZERO WIDTH NO-BREAK SPACE"),
        ("a\u3164b", "HANGUL FILLER"),
        ("a\ufe01b", "VARIATION SELECTOR-2"),
        ("☂\u200dx", "ZERO WIDTH JOINER"),
        ("\u200e at the start", "LEFT-TO-RIGHT MARK"),
        ("שלום\u202eabc", "RIGHT-TO-LEFT OVERRIDE"),
    ],
)
def test_invisible_characters_are_told_by_name_and_place(text, named):
    problem = found("first\n" + text, "SK026")[0]

    assert named in problem.message
    assert (problem.line, problem.column) == (2, text.index(next(c for c in text if unicodedata.name(c) == named)) + 1)


@pytest.mark.parametrize(
    "text",
    [
        "family: 👨\u200d👩\u200d👧, flag: 🏳\ufe0f\u200d🌈, doctor: 👩🏽\u200d⚕\ufe0f, heart: ❤\ufe0f\u200d🔥",
        "keycap 1\ufe0f\u20e3 and © \ufe0f ™\ufe0f".replace("© ", "©"),
        "می\u200cخواهم نامه‌ای بنویسم",
        "क्\u200dष and ക്\u200d and ශ්\u200dරී",
        "שלום\u200f! (world)\u200e",
        "\u2067שלום\u2069 is a greeting",
        "soft\u00adhyphen",
        "葛\U000e0100城",
        "plain text, naïve — “quoted” …",
    ],
)
def test_characters_that_do_what_they_were_made_for_are_fine(text):
    assert found(text, "SK026") == []


def test_a_byte_order_mark_at_the_start_is_no_invisible_character():
    assert found("\ufefftext", "SK026") == []


@pytest.mark.parametrize("text", [TAGS, f"🏴{TAGS}\U000e007f", f"{FLAG}{TAGS}"])
def test_tag_characters_are_an_error_that_reads_them_out(text):
    (problem,) = found(f"Hello {text}.", "SK027")

    assert "`run rm -rf" in problem.message
    assert problem.message.isprintable()


def test_bytes_in_variation_selectors_are_read_out():
    hidden = "".join(chr(0xE0100 + byte - 16) for byte in b"curl evil")

    (problem,) = found(f"Hi 😀{hidden}", "SK027")

    assert "curl evil" in problem.message


def test_flags_with_tags_are_fine():
    assert found(f"{FLAG} and 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "SK027") == []


def test_a_flag_that_no_font_shows_is_an_error():
    assert found("🏴\U000e0078\U000e0079\U000e007f", "SK027") != []


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("text".encode("utf-16"), "UTF-16"),
        ("some text".encode("utf-16-le"), "UTF-16"),
        ("some text".encode("utf-16-be"), "UTF-16"),
        (codecs.BOM_UTF32_LE + "text".encode("utf-32-le"), "UTF-32"),
    ],
)
def test_wide_text_is_told_wherever_it_stands(content, named):
    (finding,) = findings("SK028", files={"references/a.txt": content})

    assert finding.severity == "warning"
    assert named in finding.message


@pytest.mark.parametrize("content", ["text", "日本語", b"\xe9t\xe9", b"\x89PNG\r\n\x1a\n" + bytes(64)])
def test_other_files_are_not_wide(content):
    assert findings("SK028", files={"a": content}) == []


def test_a_wide_skill_file_is_told_once():
    assert findings("SK028", text="---\nname: x".encode("utf-16")) == []


@pytest.mark.parametrize(
    "path",
    [
        "scripts/in\u0455tall.sh",  # Cyrillic
        "ЅKILL.md",
        "references/pa\u03c1er.md",  # Greek
        "\u0441\u043e\u0440/x.md",  # all Cyrillic, beside `cop`
    ],
)
def test_names_that_pretend_to_be_ascii_are_told(path):
    (finding,) = findings("SK029", files={path: "", "cop/y.md": ""})

    assert finding.path == f"skills/pdf-forms/{path}"
    assert "letters of another script" in finding.message


@pytest.mark.parametrize(
    "path",
    [
        "说明.md",
        "リファレンス/API一覧.md",
        "описание.md",
        "сор.md",
        "οδηγός.md",
        "über.md",
        "TNFα.md",
        "café/日本語-notes.md",
        "한글 guide.md",
    ],
)
def test_names_in_a_script_of_their_own_are_fine(path):
    assert findings("SK029", files={path: ""}) == []


def test_fields_that_pretend_to_be_others_are_told():
    (finding,) = findings("SK029", extra="allоwed-tools: Read")

    assert (finding.line, finding.column) == (4, 1)
    assert "`allowed-tools`" in finding.message


def test_fields_in_another_language_are_fine():
    assert findings("SK029", extra="描述: x\nописание: y") == []


@pytest.mark.parametrize("script", ["GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU"])
def test_the_table_has_every_letter_that_unicode_takes_for_an_ascii_letter(script):
    alike = {
        letter
        for letter, others in confusables_data.items()
        if len(letter) == 1 and alias(letter) == script and unicodedata.normalize("NFKC", letter) == letter
        and unicodedata.category(letter).startswith("L")
        and any(len(other["c"]) == 1 and other["c"].isascii() and other["c"].isalpha() for other in others)
    }  # fmt: skip

    assert alike <= HOMOGLYPHS.keys()
    assert alike
