"""The listing of skills, as people of different roles find it."""

import pytest

from builders import skill_folder
from dashboard_office import words


@pytest.fixture(scope="module")
def many(an_office):
    """More than a page holds."""
    an_office.publish(*(skill_folder(f"report-{number:02}", description=f"Report {number}.") for number in range(25)))
    return an_office


def links(visit) -> list[str]:
    """The names of the skills, which alone are bold."""
    return [link.label.strip("*") for link in visit.main.get("page_link") if link.label.startswith("**")]


def test_skills_are_listed_with_how_they_stand(many):
    visit = many.visit("skills", role="viewer")

    assert links(visit)[:3] == ["csv-profile", "pdf-forms", "report-00"]
    assert ":green-badge[:material/check_circle: Live]" in words(visit)
    assert "27 skills" in words(visit)


def test_the_next_page_goes_on_where_this_one_ends(many):
    visit = many.visit("skills")

    visit.button(key="skills_after").click().run()

    assert links(visit)[0] == "report-18"
    assert visit.button(key="skills_after").disabled
    visit.button(key="skills_before").click().run()
    assert links(visit)[0] == "csv-profile"


def test_a_search_begins_at_its_first_page(many):
    visit = many.visit("skills")
    visit.button(key="skills_after").click().run()

    visit.text_input(key="skills_search").set_value("report-07").run()

    assert links(visit) == ["report-07"]


def test_a_search_without_results_says_what_to_do(many):
    visit = many.visit("skills")

    visit.text_input(key="skills_search").set_value("nothing-of-the-kind").run()

    assert "Nothing matches" in words(visit)


def test_only_skills_of_a_status_are_shown(many):
    many.publish(skill_folder("put-away"))
    many.admin("DELETE", "/skills/put-away", params={"reason": "Not needed."})

    visit = many.visit("skills")
    visit.selectbox(key="skills_status").set_value("INACTIVE").run()

    assert links(visit) == ["put-away"]


def test_what_a_skill_says_is_shown_and_not_obeyed(many):
    many.publish(skill_folder("sly-words", description="Sly ![x](http://evil.example/p) and :red[**bold**] <b>."))

    visit = many.visit("skills")
    visit.text_input(key="skills_search").set_value("sly-words").run()

    assert "!\\[x\\](http://evil.example/p)" in words(visit)
    assert "\\:red\\[" in words(visit)


def test_an_address_may_say_what_it_likes_beside_the_page(an_office):
    visit = an_office.visit("skills", path="odd", label="odd")

    assert not visit.exception
    assert [title.value for title in visit.title] == ["Skills"]


def test_only_skills_of_an_owner_or_with_a_tag_are_shown(many):
    many.publish(skill_folder("owned", extra='metadata:\n  owner: "Finance"\n  tags: "orders, money"'))
    many.publish(skill_folder("owned-too", extra='metadata:\n  owner: "Finance"'))

    visit = many.visit("skills")
    visit.text_input(key="owner").set_value("finance").run()
    of_the_owner = links(visit)
    visit.text_input(key="tag").set_value("money").run()

    assert of_the_owner == ["owned", "owned-too"]
    assert links(visit) == ["owned"]
    assert links(many.visit("skills", owner="Finance", tag="orders")) == ["owned"]


def test_what_is_chosen_stands_in_the_address(many):
    visit = many.visit("skills", status="ERROR", order="updated")

    assert visit.selectbox(key="skills_status").value == "ERROR"
    assert visit.selectbox(key="skills_order").value == "updated"
    visit.selectbox(key="skills_status").set_value("DRAFT").run()
    visit.selectbox(key="skills_order").set_value("calls").run()
    assert (visit.query_params["status"], visit.query_params["order"]) == ("DRAFT", "calls")
    visit.selectbox(key="skills_status").set_value("").run()
    visit.selectbox(key="skills_order").set_value("name").run()
    assert {"status", "order"}.isdisjoint(visit.query_params)


def test_an_address_without_sense_leaves_every_skill_in_the_order_of_names(an_office):
    visit = an_office.visit("skills", status="odd", order="odd")

    assert not visit.exception
    assert links(visit) == links(an_office.visit("skills"))


def test_an_order_by_figures_says_that_it_has_only_what_was_called(many):
    visit = many.visit("skills", order="calls")

    assert links(visit) == ["pdf-forms", "csv-profile"]
    assert "2 skills were called in the last 7 days." in words(visit)
    assert "Those that nobody called" in [link.label for link in visit.main.get("page_link")]
