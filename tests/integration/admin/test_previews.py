"""A change that is only looked at: it tells what the change itself comes to, and leaves nothing behind."""

import pytest

from admin_service import running
from builders import skill_folder
from callers import in_groups
from catalog_builders import GRACE, TENANT
from mcpskills.access import Role
from mcpskills.restricting import Restriction
from way_in import a_caller

SKILL = "/admin/skills/pdf-forms"
WHY = {"reason": "It drops table rows."}
PREVIEW = {"preview": "true"}


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with running(tmp_path_factory.mktemp("previews") / "data") as service:
        for body in ("One.\n", "Two.\n", "Three.\n"):
            service.publish(skill_folder(body=body))
        service.publish(skill_folder("gone"))
        service.delete("gone")
        yield service


def changed(service, method, path, body):
    """What the change was said to come to, and what it came to."""
    kept, sent = service.remains(), len(service.signals.sent)
    preview = service.http.request(method, path, json=body, params=PREVIEW)
    assert (service.remains(), len(service.signals.sent)) == (kept, sent)
    done = service.http.request(method, path, json=body)
    assert (preview.status_code, done.status_code) == (200, 200), (preview.text, done.text)
    return preview.json(), done.json()


CHANGES = (
    ("POST", f"{SKILL}/rollback", WHY),
    ("POST", f"{SKILL}/rollback", {"version": 2, **WHY}),
    ("DELETE", SKILL, None),
    ("POST", f"{SKILL}/online", None),
    ("DELETE", SKILL, None),
    ("POST", f"{SKILL}/reload", None),
    ("POST", f"{SKILL}/lift", None),
    ("POST", f"{SKILL}/promote", {"version": 1, **WHY}),
    ("POST", f"{SKILL}/promote", {"version": 3, **WHY}),
    ("POST", f"{SKILL}/versions/3/yank", WHY),
    ("POST", f"{SKILL}/versions/2/revoke", WHY),
    ("POST", f"{SKILL}/versions/2/revoke", WHY),
    ("POST", f"{SKILL}/versions/3/restore", None),
)
"""One after the other; the last but one changes nothing."""


def told(state):
    """What a preview and a skill say alike."""
    hold = state["hold"] or {}
    return [state[field] for field in ("status", "live_version", "wanted_version")] + [
        hold.get("kind"), hold.get("version"), hold.get("standing"),
    ]  # fmt: skip


def test_a_preview_tells_what_each_change_comes_to_and_changes_nothing(service):
    before = service.http.get(SKILL).json()

    for method, path, body in CHANGES:
        preview, done = changed(service, method, path, body)
        after = service.http.get(SKILL).json()
        assert (told(preview["before"]), told(preview["after"])) == (told(before), told(after)), path
        assert (preview["changed"], preview["generation"]) == (done["changed"], before["generation"])
        standing = done.get("version", {}).get("standing") or {}
        assert (preview["after"]["standing"] or {}).get("kind") == standing.get("kind")
        before = after


@pytest.mark.parametrize("name", ["pdf-forms", "planned", "gone"])
def test_who_would_see_a_skill_is_told_beforehand(service, name):
    preview, done = changed(
        service, "PUT", f"/admin/skills/{name}/access", {"groups": ["finance"], "reason": "Salaries."}
    )
    again, _ = changed(service, "PUT", f"/admin/skills/{name}/access", {"groups": [], "reason": "Salaries."})

    assert (preview["before"]["groups"], preview["after"]["groups"]) == ([], done["groups"])
    assert (again["before"]["groups"], again["after"]["groups"]) == (["finance"], [])


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", f"{SKILL}/rollback", {"version": 9, **WHY}),
        ("POST", f"{SKILL}/rollback", {"version": 3, **WHY}),
        ("POST", f"{SKILL}/promote", {"version": 9, **WHY}),
        ("POST", f"{SKILL}/versions/9/yank", WHY),
        ("DELETE", "/admin/skills/nobody", None),
        ("DELETE", "/admin/skills/gone", None),
        ("POST", "/admin/skills/nobody/reload", None),
        ("PUT", "/admin/skills/Odd!/access", {"groups": [], "reason": "x"}),
    ],
)
def test_a_preview_is_refused_as_the_change_is(service, method, path, body):
    preview = service.http.request(method, path, json=body, params=PREVIEW)
    refused = service.http.request(method, path, json=body)

    assert (preview.status_code, preview.json()) == (refused.status_code, refused.json())
    assert preview.status_code >= 400


def test_a_preview_holds_to_its_condition_and_its_scope(service):
    stale = service.http.delete(SKILL, params=PREVIEW, headers={"If-Match": '"1"'})
    service.way_in.who = a_caller(Role.DEVELOPER)
    refused = service.http.delete(SKILL, params=PREVIEW)
    service.way_in.who = a_caller(Role.OWNER)

    assert (stale.status_code, refused.status_code) == (412, 403)


def test_a_version_that_replicas_would_refuse_is_refused_beforehand(service):
    service.publish(skill_folder("letters", body="One.\n"))
    first = service.catalog.version(TENANT, "letters", 1)
    service.publish(skill_folder("letters", body="Two.\n"))
    service.registry.damage(first)

    preview = service.http.post("/admin/skills/letters/rollback", json=WHY, params=PREVIEW)

    assert preview.status_code == 502
    assert service.catalog.skill(TENANT, "letters").live == 2


def test_a_preview_tells_nobody_of_a_skill_that_they_do_not_see(service):
    service.publish(skill_folder("payroll"))
    service.catalog.restrict(TENANT, "payroll", Restriction(frozenset({"finance"}), "Salaries.", GRACE))
    service.refresh()

    answers = [
        service.http.delete(f"/admin/skills/{name}", params=PREVIEW, headers=in_groups("legal"))
        for name in ("payroll", "payroil")
    ]

    assert answers[0].text.replace("payroll", "payroil") == answers[1].text
