"""The pages of figures: of the whole tenant, of one skill, and which skills nobody uses."""

import json

import pytest

from builders import skill_folder
from dashboard_office import office, press, words


@pytest.fixture(scope="module")
def busy(an_office):
    """The office with one skill that is never used, and one that was changed and rolled back."""
    an_office.publish(skill_folder("letters"))
    an_office.publish(skill_folder("pdf-forms", body="# Forms\n\nFill the form, then check it.\n"))
    back = {"version": 1, "reason": "It drops rows."}
    assert an_office.admin("POST", "/skills/pdf-forms/rollback", "publisher", json=back).is_success
    return an_office


def metrics(visit):
    return {metric.label: metric.value for metric in visit.metric}


def test_the_tenant_has_its_figures_and_the_skills_that_lead(busy):
    visit = busy.visit("analytics")

    shown = metrics(visit)
    assert shown["Calls"] == "45"
    assert shown["Error rate"] == "13%"
    assert shown["Users"] == "9"
    assert [button.label for button in visit.button if (button.key or "").startswith("top_")] == [
        "pdf-forms",
        "csv-profile",
    ]
    assert [button.label for button in visit.button if (button.key or "").startswith("failing_")] == ["csv-profile"]


def test_what_is_counted_has_whole_numbers_beside_it(busy):
    specs = [json.loads(chart.proto.spec) for chart in busy.visit("analytics").get("vega_lite_chart")]

    axes = [layer["encoding"]["y"]["axis"] for spec in specs for layer in spec.get("layer", ())]
    assert [axis["tickMinStep"] for axis in axes] == [1, 1]


def test_a_skill_that_leads_leads_to_its_own_figures(busy):
    visit = press(busy.visit("analytics"), "csv-profile")

    assert metrics(visit)["Error rate"] == "50%"
    assert metrics(press(visit, "All skills"))["Calls"] == "45"


def test_every_chart_stands_with_a_table(busy):
    visit = busy.visit("analytics")

    [tables] = [element.value for element in visit.markdown if element.value.startswith("| Day (UTC)")]
    assert len(tables.splitlines()) == 2 + 7
    assert all(chart.proto.alt for chart in visit.get("vega_lite_chart"))


def test_skills_that_nobody_called_are_named(busy):
    visit = busy.visit("analytics")

    assert "Never used" in words(visit)
    assert "letters" in [link.proto.label for link in visit.get("page_link")]


@pytest.mark.parametrize(("period", "steps"), [("24h", 24), ("30d", 30), ("90d", 90), ("a year", 7)])
def test_the_address_says_the_period(busy, period, steps):
    visit = busy.visit("analytics", period=period)

    [table] = [each.value for each in visit.markdown if each.value.startswith(("| Day", "| Hour"))]
    assert len(table.splitlines()) == 2 + steps


def test_one_skill_has_its_versions_and_what_changed_when_another_went_live(busy):
    said = words(busy.visit("analytics", name="pdf-forms"))

    assert "| v2 | 3 |" in said
    assert "| v1 | 30 |" in said
    assert "[Rolled back] | v2 → v1 |" in said


def test_the_figures_of_a_skill_stand_on_its_own_page_as_well(busy):
    visit = busy.visit("skill", name="pdf-forms", part="calls")

    assert metrics(visit)["Calls"] == "33"


def test_a_skill_that_there_is_not_is_one_sentence(busy):
    assert "There are no figures of a skill with this name" in words(busy.visit("analytics", name="nothing"))


def test_where_nobody_called_the_page_says_how_to_begin(tmp_path):
    with office(tmp_path) as made:
        said = words(made.visit("analytics"))

    assert "Connect a client" in said
    assert "Every live skill was called in this time." not in said


def test_who_may_not_read_statistics_is_not_offered_them(busy):
    visit = busy.visit("analytics", "viewer")

    assert "statistics:read" in words(visit)
    assert not visit.metric
