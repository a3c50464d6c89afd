"""The page of releases: what happened, what may not go live, how the fleet is, and what is offered to whom."""

from datetime import UTC, datetime

import pytest

from builders import skill_folder
from catalog_builders import TENANT
from dashboard_office import office, press, words
from mcpskills.fleet import PublisherState


@pytest.fixture(scope="module")
def eventful(an_office):
    """The office after a rollback and a folder that was refused."""
    an_office.publish(skill_folder("pdf-forms", body="# Forms\n\nFill the form, then check it.\n"))
    an_office.publish(skill_folder("letters", text="---\nname: letters\n---\nWrite [it](https://example.com).\n"))
    reason = {"version": 1, "reason": "It drops *all* rows."}
    assert an_office.admin("POST", "/skills/pdf-forms/rollback", "publisher", json=reason).is_success
    return an_office


def test_the_timeline_says_who_did_what_and_why(eventful):
    visit = eventful.visit("releases")

    said = words(visit)
    assert "Rolled back] v2 → **v1**" in said
    assert "by Ada's publisher" in said
    assert r"It drops \*all\* rows." in said
    assert "Published" in said
    assert "everywhere after" in said


def test_refused_folders_stand_with_their_reasons(eventful):
    visit = eventful.visit("releases", part="refused")

    said = words(visit)
    assert "**letters**" in said
    assert "SK005" in said


def test_where_nothing_is_refused_the_page_says_so(tmp_path):
    with office(tmp_path) as made:
        assert "Nothing is refused" in words(made.visit("releases", part="refused"))
        assert "Nothing was released yet" in words(made.visit("releases"))


def test_comparing_with_git_says_what_is_served(eventful):
    visit = press(eventful.visit("releases", "publisher"), "Compare with Git now")

    [toast] = visit.toast
    assert "The publisher was asked" in toast.value


@pytest.mark.parametrize(
    ("role", "parts", "compares"),
    [
        ("developer", ["Timeline", "Refused folders"], False),
        ("publisher", ["Timeline", "Refused folders", "Publishers and replicas"], True),
    ],
)
def test_only_what_a_role_may_do_is_offered(eventful, role, parts, compares):
    visit = eventful.visit("releases", role)

    assert visit.segmented_control(key="releases_part").options == parts
    assert ("Compare with Git now" in [button.label for button in visit.button]) is compares


def test_a_viewer_is_told_what_the_page_needs(eventful):
    assert "releases:read" in words(eventful.visit("releases", "viewer"))


def test_a_rewritten_history_is_told_loudly_and_accepted_by_its_commit(tmp_path):
    with office(tmp_path) as made:
        made.publish(skill_folder("pdf-forms"))
        made.scene.work.reset("HEAD~1")
        made.scene.work.put(skill_folder("csv-profile"))
        head = made.scene.work.push(force=True)
        frozen = made.scene.reconcile().frozen
        made.replicas.report_publisher(
            TENANT, PublisherState("publisher:1", True, 60.0, datetime.now(UTC), head, frozen, None)
        )

        visit = made.visit("releases")
        assert "Nothing new goes live" in words(visit)
        press(visit, "Accept the rewritten history")
        visit.text_input(key="asking_reason").set_value("A secret was in it.")
        visit.text_input(key="asking_name").set_value(head[:8])
        press(visit, "Accept and go on", opener="Accept the rewritten history")

        assert made.scene.reconcile().frozen is None
        assert "Nothing new goes live" not in words(made.visit("releases"))
