"""The schema of the frontmatter decides; rules only say precisely what is wrong. Both must agree."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from builders import DESCRIPTION, skill_folder
from mcpskills.skill import DESCRIPTION_LENGTH
from mcpskills.validation.policy import Policy
from mcpskills.validation.rules.names.name import fault
from mcpskills.validation.skill_schema import Breach, breaches, fields, skill_schema
from mcpskills.validation.validate import validate

GOOD = {"name": "pdf-forms", "description": DESCRIPTION}

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(skill_schema())


def test_every_field_has_a_description_for_editors():
    properties = skill_schema()["properties"]

    assert all(properties[field]["description"] for field in fields())


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"license": "MIT", "compatibility": "x" * 500, "model": "any", "context": "fork", "user-invocable": False},
        {"metadata": {}, "allowed-tools": "Read Grep"},
        {"metadata": {"version": "1.0"}, "allowed-tools": ["Read", "Bash(git add *)"]},
        {"x-team": {"anything": [1, None]}},
    ],
)
def test_a_frontmatter_of_the_format_breaks_nothing(more):
    assert breaches({**GOOD, **more}) == ()


@pytest.mark.parametrize(
    ("data", "broken"),
    [
        ({}, [("name",), ("description",)]),
        ({"name": "pdf-forms"}, [("description",)]),
        ({**GOOD, "name": "v2"}, [("name",)]),
        ({**GOOD, "name": "pdf-forms\n"}, [("name",)]),
        ({**GOOD, "metadata": {"a": "x", "b": 1}}, [("metadata", "b")]),
        ({**GOOD, "allowed-tools": ["Read", 1, " "]}, [("allowed-tools", 1), ("allowed-tools", 2)]),
        ({**GOOD, "allowed-tools": 1}, [("allowed-tools",)]),
    ],
)
def test_a_breach_says_where(data, broken):
    assert list(dict.fromkeys(breach.path for breach in breaches(data))) == broken


def test_a_missing_field_breaks_required_at_its_own_key():
    assert breaches({}) == (Breach(("name",), "required"), Breach(("description",), "required"))


@settings(deadline=None)
@given(name=st.text(alphabet="abv12-\n", max_size=8) | values)
def test_the_schema_refuses_exactly_the_names_that_the_rule_has_words_for(name):
    assert bool(breaches({**GOOD, "name": name})) == (fault(name) is not None)


@settings(deadline=None)
@given(text=st.text(alphabet="a \n\u3000", max_size=16), times=st.sampled_from([1, 90]))
def test_the_schema_counts_a_description_without_the_white_space_around_it(text, times):
    description = text * times
    right = len(description.strip()) >= DESCRIPTION_LENGTH[0] and len(description) <= DESCRIPTION_LENGTH[-1]

    assert bool(breaches({**GOOD, "description": description})) != right


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(fields()), values, max_size=9))
def test_whatever_stands_in_the_fields_is_judged(data):
    assert {breach.path[0] for breach in breaches(data)} <= set(fields())


def test_a_frontmatter_full_of_wrong_values_is_judged_and_cut_off():
    wrong = "\n".join(f"  k{number}: {number}" for number in range(3000))

    findings = validate(skill_folder(extra=f"metadata:\n{wrong}"), Policy()).findings

    assert [finding.line for finding in findings if finding.code == "SK011"] == list(range(5, 105))
