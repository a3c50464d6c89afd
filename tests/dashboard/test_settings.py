"""The page of settings: keys, users, roles and the tenant, and what is offered to whom."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from dashboard_office import press, words
from key_builders import bearing

ISSUER = "https://login.example.com/pool"


def made_key(office, name, **more):
    """A key for one story, as the API tells of it."""
    answer = office.admin("POST", "/keys", json={"name": name, "roles": ["viewer"], **more})
    return answer.json()["key"]


def key_of(office, which):
    return office.admin("GET", f"/keys/{which}").json()


def whom(office, secret):
    """What the server says of somebody with this key."""
    return office.http.get(f"{office.url}/admin/me", headers=bearing(secret))


def dialog(visit, menu, action):
    """Choose an action; once more before each press in the dialog, which a run draws only then."""
    visit.menu_button(key=menu).click(action).run()
    return lambda label: (visit.menu_button(key=menu).click(action), press(visit, label))[1]


def test_a_key_is_made_and_shown_once(an_office):
    visit = press(an_office.visit("settings"), "New key")
    visit.text_input(key="key_name_new").set_value("Nightly report")
    visit.multiselect(key="key_roles_new").set_value(["developer"])
    press(visit, "Make the key", opener="New key")

    [secret] = [each.value for each in visit.code]
    assert whom(an_office, secret).json()["name"] == "Nightly report"

    press(visit, "I have kept it")
    assert secret not in words(visit)
    assert secret not in words(an_office.visit("settings"))


@pytest.mark.parametrize(
    ("name", "roles", "said"), [("", ["viewer"], "Give the key a name"), ("CI", [], "at least one role")]
)
def test_a_key_needs_a_name_and_a_role(an_office, name, roles, said):
    visit = press(an_office.visit("settings"), "New key")
    visit.text_input(key="key_name_new").set_value(name)
    visit.multiselect(key="key_roles_new").set_value(roles)
    press(visit, "Make the key", opener="New key")

    assert said in words(visit)
    assert not visit.code


def test_a_key_is_revoked_by_typing_its_name(an_office):
    key = made_key(an_office, "Old laptop")
    visit = an_office.visit("settings")
    pressed = dialog(visit, f"key_{key['id']}", "revoke")
    visit.text_input(key="asking_reason").set_value("It was lost.")

    visit.text_input(key="asking_name").set_value("Another laptop")
    pressed("Revoke the key")
    assert "That is not the name" in words(visit)
    assert key_of(an_office, key["id"])["status"] == "active"

    visit.text_input(key="asking_reason").set_value("It was lost.")
    visit.text_input(key="asking_name").set_value("Old laptop")
    pressed("Revoke the key")
    assert key_of(an_office, key["id"])["revoked_because"] == "It was lost."
    assert "It was lost" in words(visit)


def test_a_rotated_key_is_good_beside_the_new_one_for_as_long_as_was_chosen(an_office):
    key = made_key(an_office, "Crawler")
    visit = an_office.visit("settings")
    pressed = dialog(visit, f"key_{key['id']}", "rotate")
    visit.selectbox(key="key_overlap").set_value("hour")
    pressed("Make the new key")

    [secret] = [each.value for each in visit.code]
    assert whom(an_office, secret).json()["name"] == "Crawler"
    ends = datetime.fromisoformat(key_of(an_office, key["id"])["expires_at"])
    assert timedelta(minutes=59) < ends - datetime.now(UTC) <= timedelta(hours=1)


def test_a_key_is_changed_and_keeps_what_was_not_touched(an_office):
    key = made_key(an_office, "Robot", groups=["office"], expires_at="2030-01-01T00:00:00Z")
    visit = an_office.visit("settings")
    pressed = dialog(visit, f"key_{key['id']}", "change")
    visit.text_input(key=f"key_name_{key['id']}").set_value("Robot of the office")
    pressed("Save")

    changed = key_of(an_office, key["id"])
    assert changed["name"] == "Robot of the office"
    assert {**changed, "name": "Robot"} == key


def test_who_has_less_is_not_offered_to_change_more(an_office):
    owner = next(each for each in an_office.admin("GET", "/keys").json()["keys"] if each["roles"] == ["owner"])
    visit = an_office.visit("settings", "admin")

    assert f"key_{owner['id']}" not in [menu.key for menu in visit.menu_button]
    assert "has more than you" in words(visit)
    press(visit, "New key")
    assert "Owner" not in visit.multiselect(key="key_roles_new").options


@pytest.mark.parametrize(
    ("role", "parts"),
    [
        ("viewer", ["Roles and you"]),
        ("publisher", ["Tenant and plans", "Roles and you"]),
        ("admin", ["API keys", "Users", "Secrets", "Tenant and plans", "Roles and you"]),
    ],
)
def test_only_the_parts_of_a_role_are_offered(an_office, role, parts):
    assert an_office.visit("settings", role).segmented_control(key="settings_part").options == parts


def test_a_part_that_is_not_the_visitors_is_not_shown_by_its_address(an_office):
    assert "Ada's owner" not in words(an_office.visit("settings", "viewer", part="keys"))


def test_everybody_sees_what_they_may_do(an_office):
    said = words(an_office.visit("settings", "viewer", part="roles"))

    assert "Ada's viewer" in said
    assert "| `skills:read` | :green[:material/check:] |" in said


def test_the_tenant_says_where_skills_come_from_and_what_plans_there_are(an_office):
    said = words(an_office.visit("settings", part="tenant"))

    assert str(an_office.scene.origin) in said
    assert "`unlimited` :green-badge[usual] | no limit | no limit | no limit |" in said
    assert "| `free` | 20 | 200 | 10 |" in said


def test_a_user_is_added_shut_out_let_in_and_forgotten(an_office):
    def user():
        return an_office.admin("GET", "/users/u-1", params={"issuer": ISSUER})

    visit = press(an_office.visit("settings", part="users"), "Add a user")
    assert "Nobody is kept here" in words(visit)
    for field, value in (("user_issuer", ISSUER), ("user_subject", "u-1"), ("user_name_new", "Grace")):
        visit.text_input(key=field).set_value(value)
    visit.multiselect(key="user_roles_new").set_value(["publisher"])
    press(visit, "Add", opener="Add a user")
    assert user().json()["roles"] == ["publisher"]

    pressed = dialog(visit, "user_0", "shut_out")
    visit.text_input(key="asking_name").set_value("Grace")
    pressed("Shut out")
    assert user().json()["disabled"] is True
    assert user().json()["roles"] == ["publisher"]

    dialog(visit, "user_0", "let_in")("Let in again")
    assert user().json()["disabled"] is False

    pressed = dialog(visit, "user_0", "forget")
    visit.text_input(key="asking_name").set_value("Grace")
    pressed("Forget")
    assert user().status_code == httpx2.codes.NOT_FOUND


def test_a_secret_is_set_granted_and_removed_and_never_shown(an_office):
    def known():
        return {each["name"]: each for each in an_office.admin("GET", "/secrets").json()["secrets"]}

    visit = press(an_office.visit("settings", part="secrets"), "New secret")
    assert "No secrets" in words(visit)
    visit.text_input(key="secret_name").set_value("OCR_API_KEY")
    visit.text_area(key="secret_value").set_value("a value that nobody sees")
    press(visit, "Save", opener="New secret")
    assert known()["OCR_API_KEY"]["version"] == 1

    pressed = dialog(visit, "secret_OCR_API_KEY", "grants")
    visit.multiselect(key="secret_skills_OCR_API_KEY").set_value(["pdf-forms"])
    pressed("Save")
    assert known()["OCR_API_KEY"]["skills"] == ["pdf-forms"]

    pressed = dialog(visit, "secret_OCR_API_KEY", "value")
    visit.text_area(key="secret_value").set_value("another value")
    pressed("Save")
    assert known()["OCR_API_KEY"]["version"] == 2
    assert "a value that nobody sees" not in words(visit)
    assert "secret_value" not in visit.session_state

    pressed = dialog(visit, "secret_OCR_API_KEY", "remove")
    visit.text_input(key="asking_name").set_value("OCR_API_KEY")
    pressed("Remove")
    assert known() == {}
