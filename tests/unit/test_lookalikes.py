import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcpskills.lookalikes import MOST, is_slip, lookalikes


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("tool-box", "t00l-box"),
        ("file-list", "flle-llst"),
        ("pdf-forms", "pdfforms"),
        ("pdf-forms", "p-df-forms"),
        ("modern-ui", "modem-ui"),
        ("web-view", "vveb-view"),
        ("slides", "5lides"),
        ("abc", "a-bc"),
    ],
)
def test_names_that_are_written_alike_are_lookalikes_of_each_other(name, other):
    assert lookalikes([name, other]) == {name: (other,), other: (name,)}


@pytest.mark.parametrize(
    "other",
    ["pdf-form", "pdf-formss", "pdf-fomrs", "pdf-farms", "df-forms", "xpdf-forms", "pdf-forms-", "pfd-forms"],
)
def test_one_slip_in_a_name_of_eight_characters_makes_a_lookalike(other):
    assert lookalikes([other], ["pdf-forms"]) == {other: ("pdf-forms",)}


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("report-v1", "report-v2"),
        ("pdf-tools", "pdf-tools2"),
        ("step-2-of-3", "step-3-of-3"),
        ("git-pr", "git-mr"),
        ("pdf-forms", "pdf-reports"),
        ("react-best", "react-native"),
        ("code-review", "code-rewrite"),
        ("deploy-aws", "deploy-gcp"),
    ],
)
def test_families_short_names_and_names_of_other_words_are_left_alone(name, other):
    assert lookalikes([name, other]) == {}


def test_only_the_names_that_are_asked_for_get_an_answer():
    assert lookalikes(["pdf-forms"], ["pdf-form", "pdf-farms"]) == {"pdf-forms": ("pdf-farms", "pdf-form")}
    assert lookalikes([], ["pdf-form", "pdf-forms"]) == {}


def test_a_name_is_no_lookalike_of_itself():
    assert lookalikes(["pdf-forms", "pdf-forms"], ["pdf-forms"]) == {}


def test_only_the_first_few_lookalikes_are_kept():
    others = [f"pdf-form{letter}" for letter in "abcdefghij"]

    assert lookalikes(["pdf-forms"], others) == {"pdf-forms": tuple(others[:MOST])}


def test_a_hundred_thousand_numbered_names_are_compared_without_comparing_each_with_each():
    family = [f"skill-{number:06}" for number in range(100_000)]

    assert lookalikes(["skilll-000007"], family) == {"skilll-000007": ("skill-000007",)}


def test_folder_names_that_no_skill_may_have_are_passed_over():
    assert lookalikes(["pdf-forms\n", "x" * 65], ["pdf-forms", "x" * 66]) == {}


words = st.text(alphabet="abc1-", min_size=8, max_size=12)


@given(one=words, other=words)
def test_no_pair_of_names_that_is_one_slip_apart_is_missed(one, other):
    slip = one != other and is_slip(one, other)
    found = lookalikes([one], [other])

    assert not slip or found == {one: (other,)}


@given(name=words, at=st.integers(0, 11), letter=st.sampled_from("abc-"))
def test_a_letter_put_in_anywhere_is_found(name, at, letter):
    other = name[:at] + letter + name[at:]

    assert lookalikes([other], [name]) == {other: (name,)}
