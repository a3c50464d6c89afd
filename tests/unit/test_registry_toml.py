import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcpskills.errors import InvalidInputError
from mcpskills.validation.finding import Severity
from mcpskills.validation.policy import Limits, Policy
from mcpskills.validation.registry_toml import policy_of, read_policy

TODAY = date(2026, 6, 1)

WAIVER = """
[[waivers]]
rule = "SK025"
path = "skills/pdf-forms"
reason = "The nested skill is the lesson."
by = "@example/security"
expires = 2026-06-01
"""


def read(toml):
    return read_policy(toml, TODAY)


def test_an_empty_file_and_none_are_the_products_own_policy():
    assert read("") == Policy()
    assert policy_of(None, TODAY) == Policy()


def test_limits_are_read_and_may_be_tightened():
    assert read("[limits]\nfiles = 10\nskill-md-bytes = 1").limits == Limits(1, files=10)
    assert policy_of(b"[limits]\nfiles = 10\n", TODAY).limits == Limits(files=10)


def test_everything_that_a_registry_can_decide_is_read():
    policy = read(
        """
[rules]
SK025 = "off"
SK014 = "error"
[licenses]
allowed = ["MIT"]
[dependencies]
sources = ["git.example.com"]
[review]
required = ["@example/reviewers"]
[waiving]
allowed = ["@example/security"]
[evaluation]
on-failure = "refuse"
"""
    )

    assert policy == Policy(
        severities=(("SK014", Severity.ERROR), ("SK025", None)),
        licenses=("MIT",),
        sources=("git.example.com",),
        required=("@example/reviewers",),
        may_waive=("@example/security",),
        refuse_failed_evals=True,
    )


def test_a_waiver_counts_until_the_end_of_its_last_day():
    (waiver,) = read(WAIVER).waivers

    assert (waiver.rule, waiver.path, waiver.by, waiver.line) == ("SK025", "skills/pdf-forms", "@example/security", 2)
    later = read_policy(WAIVER, date(2026, 6, 2))
    assert (later.waivers, [expired.rule for expired in later.expired]) == ((), ["SK025"])


def test_a_waiver_by_somebody_who_may_not_give_one_does_not_count():
    policy = read('[waiving]\nallowed = ["@example/owners"]\n' + WAIVER)

    assert (policy.waivers, [waiver.by for waiver in policy.unauthorised]) == ((), ["@example/security"])


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("[limits]\nfile = 1", "unknown key `file`. Expected are `skill-md-bytes`, `script-bytes`"),
        ("[limits]\nfiles = '1'", "`limits.files` must be a whole number, but is"),
        ("[limits]\nfiles = true", "must be a whole number, but is"),
        ("[limits]\nfiles = 513", "Between 1 and 512: a registry can only tighten a limit."),
        ("[limits]\nfiles = 0", "Between 1 and 512: a registry can only tighten a limit."),
        ("limits = 3", "`limits` must be"),
        ("[limits", "cannot be read"),
        ("a = " + "[" * 390, "cannot be read"),
        ("a = " + "[\n" * 30_000, "cannot be read"),
        ("[limits]\nfiles." + "a." * 190 + "a = 1", "must be a whole number"),
        ("[limits]\nfiles = 0x" + "f" * 380, "a registry can only tighten a limit"),
        ("[limits]\nfiles = '\u009b'", r"\x9b"),
        ("#" * 401, "a line of 401 characters; at most 400"),
        ("#\n" * 40_000, "has 80000 bytes, but at most 65536 are read"),
        ("[limit]\nfiles = 1\n", "unknown key `limit`. Expected are `limits`, `rules`"),
        ('[rules]\nSK999 = "off"', "unknown key `SK999`"),
        ('[rules]\nSK001 = "off"', "The product relies on skill-file"),
        ('[rules]\nSK025 = "fatal"', "`error`, `warning`, `info` or `off`"),
        (WAIVER.replace("SK025", "SK001"), "on which the product does not rely"),
        (WAIVER.replace("2026-06-01", '"soon"'), "such as 2030-12-31"),
        (WAIVER.replace("2026-06-01", '"2026-02-31"'), "which is no day of the calendar"),
        (WAIVER.replace("2026-06-01", "2026-06-01T10:00:00Z"), "such as 2030-12-31"),
        (WAIVER.replace('path = "skills/pdf-forms"', ""), "lacks `path`"),
        (WAIVER.replace('"skills/pdf-forms"', '"skills/pdf-forms/"'), "without a `/` at its end"),
        (WAIVER.replace('"skills/pdf-forms"', '"skills"'), "A file or a folder below `skills/`"),
        (WAIVER.replace('"skills/pdf-forms"', '"registry.toml"'), "A file or a folder below `skills/`"),
        (WAIVER.replace("The nested skill is the lesson.", "ok"), "Why it is right to let this through"),
        ('[evaluation]\non-failure = "ignore"', "`record` publishes"),
        ('[dependencies]\nsources = ["https://git.example.com/"]', "A host such as `git.example.com`."),
    ],
)
def test_a_wrong_policy_says_what_was_expected(toml, says):
    with pytest.raises(InvalidInputError) as caught:
        read(toml)

    assert str(caught.value).startswith("registry.toml")
    assert says in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 2500


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(InvalidInputError, match=r"registry\.toml is not UTF-8"):
        policy_of(b"\xff", TODAY)


@given(st.text(alphabet='ab[]{}=".,#\n\t -_1SK02é\x00', max_size=200))
def test_no_file_crashes_the_reading(toml):
    with contextlib.suppress(InvalidInputError):
        assert isinstance(read(toml), Policy)
