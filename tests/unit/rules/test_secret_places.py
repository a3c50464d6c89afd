"""Where in a text a secret may stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcpskills.validation.file import File
from mcpskills.validation.rules.secrets.candidates import has_places, places

RANDOM = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3hJ5"
# Put together here, so that no scanner of this repository takes them for real ones. Each is found by another sign.
SIGNS = (
    "ghp_" + RANDOM,
    "AKIA" + "Q3EXN7ZPLM2RTUV5",
    "sk-" + "proj-T3BlbkFJ" + RANDOM,
    "x" * 195 + "ghp_" + RANDOM,
    "x" * 198 + "ghp_" + RANDOM,
    "0123456789abcdef" * 2 + "-us12",
    "x" * 60 + "0123456789abcdef" * 2 + "-us12",
    "x" * 190 + "M" + RANDOM[:23] + "." + "Xa3-_9" + "." + RANDOM[:27],
    "M" + RANDOM[:23] + "." + "Xa3-_9" + "." + RANDOM[:27],
    "SG." + RANDOM[:22],
    "hvs." + RANDOM,
    "73820194:" + RANDOM,
    "token " + RANDOM,
    "TOKEN " + RANDOM,
    "xoxb-" + "738201946523-" + RANDOM,
    "XOXB-7",
    "XoxB-7",
    "AccountKey=",
    "https://hooks.slack.com/services/T",
    ":_authToken=",
    "cloudant.com",
    "softlayer.com",
    "AKCp" + RANDOM[:10],
    "APB" + RANDOM[:8],
    "AWS_secret_access_key=" + RANDOM,
    "://u:p@",
    "Password",
    "passwd",
    "db_pass",
    "api_key: ",
    "PWD",
    "secret",
    "contrase",
    "'" + RANDOM[:23] + "'",
    '"0123456789abcdef"',
)
# Whatever surrounds or cuts a sign, and what only looks like the beginning of one.
OTHERS = (
    "pass",
    "key",
    "xox",
    "://",
    "AP",
    "-us",
    RANDOM[:19],
    "modelcontextprotocol",
    "modelcontextprotocol.ghp_",
    "M" + RANDOM[:23],
    ".Xa3-_9.",
    "'",
    '"',
    ".",
    ":",
    "-",
    " ",
    "\n",
    "\u2026",
)
TEXTS = st.one_of(
    st.sampled_from(SIGNS),
    st.sampled_from(OTHERS),
    st.sampled_from(SIGNS).flatmap(lambda sign: st.integers(0, len(sign)).map(lambda end: sign[:end])),
    st.sampled_from(SIGNS).flatmap(lambda sign: st.integers(0, len(sign)).map(lambda begin: sign[begin:])),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40),
    st.text("abcdef0123456789", min_size=9, max_size=40),
    st.text("ghp_AKIAxoM.-us0", min_size=15, max_size=60),
)


@pytest.mark.parametrize("sign", SIGNS)
def test_each_sign_has_a_place_in_the_middle_of_a_text(sign):
    text = f"Look at {sign} here."

    assert has_places(text)
    assert [place.line for place in places(a_file(text))][:1] == [text]


def test_the_sign_of_a_token_is_near_where_its_line_is_cut_out():
    [place] = places(a_file("x" * 1_900 + " " + "x" * 190 + "ghp_" + RANDOM))

    assert place.offset + place.line.index("ghp_") == 1_901 + 190


@pytest.mark.parametrize("other", OTHERS)
def test_what_only_looks_like_a_sign_has_none(other):
    assert not has_places(f"Look at {other} here.")


def a_file(text):
    return File("", text.encode("utf-8", "replace"), executable=False)


@given(st.lists(TEXTS, max_size=6).map("".join))
def test_a_text_without_secrets_is_told_as_when_all_places_are_looked_for(text):
    assert has_places(text) == bool(list(places(a_file(text))))
