"""Where in a text a secret may stand."""

from hypothesis import given
from hypothesis import strategies as st

from mcpskills.validation.file import File
from mcpskills.validation.rules.secrets.candidates import has_places, places

RANDOM = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3hJ5"
# Put together here, so that no scanner of this repository takes them for real ones.
SIGNS = (
    "ghp_" + RANDOM,
    "AKIA" + "Q3EXN7ZPLM2RTUV5",
    "sk-" + "proj-" + RANDOM,
    "xoxb-" + "738201946523-" + RANDOM,
    "AccountKey=" + RANDOM,
    "https://hooks.slack.com/services/T",
    "AKCp" + RANDOM[:10],
    "aws_secret_access_key=" + RANDOM,
    "contrase",
)


@given(
    st.lists(
        st.one_of(
            st.sampled_from([*SIGNS, "password=", "api_key: ", "'", '"', "://u:p@", " ", "\n"]),
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40),
            st.text("abcdef0123456789", min_size=9, max_size=40),
        ),
        max_size=6,
    ).map("".join)
)
def test_a_text_without_secrets_is_told_as_when_all_places_are_looked_for(text):
    file = File("", text.encode("utf-8", "replace"), executable=False)

    assert has_places(text) == bool(list(places(file)))
