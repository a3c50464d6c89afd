"""The admin API answers nobody who lacks the scope of a route, and says which one that is."""

import pytest

from mcpskills import access
from mcpskills.access import Role
from way_in import a_caller


def operations(service):
    """Method, path with something for every parameter, and the scope that the document asks for."""
    for path, item in service.app.openapi()["paths"].items():
        for method, operation in item.items():
            security = operation["security"]
            scopes = security[0]["bearer"] if security else []
            yield method.upper(), path.replace("{id}", "pdf-forms").replace("{number}", "1"), scopes


@pytest.mark.parametrize("role", Role)
def test_a_role_is_refused_by_exactly_the_routes_whose_scope_it_lacks(service, role):
    service.way_in.who = a_caller(role)

    for method, path, scopes in operations(service):
        refused = service.http.request(method, path).status_code == 403
        assert refused == (not access.ROLES[role].issuperset(scopes)), (method, path)


def test_a_refusal_says_which_scope_is_missing_and_to_which_request(service):
    service.way_in.who = a_caller(Role.VIEWER)

    answer = service.http.post("/admin/skills/pdf-forms/rollback", headers={"X-Request-Id": "req-1"})

    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:mcpskills:problem:forbidden"
    assert answer.json()["detail"] == "This needs the scope releases:write, which your credential does not have."
    assert (
        answer.headers["www-authenticate"]
        == 'Bearer realm="Open MCP Skills", error="insufficient_scope", scope="releases:write"'
    )
    assert answer.headers["x-request-id"] == "req-1"


def test_whoever_may_not_upload_is_refused_before_anything_is_said_of_what_they_send(service):
    service.way_in.who = a_caller(Role.VIEWER)

    answer = service.http.post("/admin/skills/upload", content=b"x", headers={"content-type": "text/plain"})

    assert answer.status_code == 403


def test_somebody_with_a_credential_is_answered_wherever_they_are(service):
    service.way_in.who = a_caller(Role.VIEWER)

    assert service.http.get("/admin/skills", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 200


def test_a_key_that_was_narrowed_may_less_than_its_role(service):
    service.way_in.who = a_caller(scopes=access.scopes({"owner"}, {"audit:read"}))

    assert service.http.get("/admin/audit").status_code == 200
    assert service.http.get("/admin/skills").status_code == 403
