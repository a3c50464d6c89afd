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

    assert r"!\[x\](http:color[\:]//evil.example/p)" in words(visit)
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


def test_by_figures_those_that_nobody_called_come_last_page_by_page(many):
    visit = many.visit("skills", order="calls")
    first = links(visit)
    visit.button(key="skills_after").click().run()

    assert first[:3] == ["pdf-forms", "csv-profile", min(first[2:])]
    assert min(links(visit)) > max(first[2:])


@pytest.mark.parametrize(
    ("order", "first"),
    [
        ("calls", ["pdf-forms", "csv-profile"]),
        ("errors", ["csv-profile", "pdf-forms"]),
        ("error_rate", ["csv-profile", "pdf-forms"]),
        ("p95", ["csv-profile", "pdf-forms"]),
        ("users", ["pdf-forms", "csv-profile"]),
    ],
)
def test_what_is_looked_for_stands_in_the_order_of_figures_too(many, order, first):
    many.publish(skill_folder("asleep", extra='metadata:\n  tags: "never-called"'))

    visit = many.visit("skills", order=order)
    visit.text_input(key="skills_search").set_value("complete").run()

    assert links(visit)[:3] == [*first, "asleep"]
    assert links(many.visit("skills", order=order, tag="never-called", status="ACTIVE")) == ["asleep"]


def test_a_refused_folder_has_no_figures_of_the_skill_whose_name_it_claims(many):
    many.publish(skill_folder("pdf-forms", path="skills/copied/pdf-forms"))

    visit = many.visit("skills", order="calls", skills_search="pdf-forms")

    assert links(visit) == ["pdf-forms", "pdf-forms"]
    assert words(visit).count(":small[33]") == 1


def test_tags_for_which_there_is_no_room_are_told_by_their_number(many):
    tags = [f"number-{number}" for number in range(12)]
    many.publish(skill_folder("tagged", extra=f'metadata:\n  tags: "{", ".join(tags)}"'))

    visit = many.visit("skills", skills_search="tagged")
    shown = [tag for tag in tags if f":gray-badge[{tag}]" in words(visit)]
    (rest,) = [each for each in visit.markdown if each.value == f":gray-badge[+{len(tags) - len(shown)}]"]

    assert len(shown) > 2
    assert rest.proto.help == ", ".join(tags[len(shown) :])
