"""Callers with keys of different groups on one server: each sees their skills, from the moment on that an admin says so."""

import pytest

from gated_server import MCP, Gated, gated
from key_builders import bearing
from mcpskills.access import Role
from registry import Registry

READ = {"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": {"uri": "skill://payroll/SKILL.md"}}
UNKNOWN = {"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": {"uri": "skill://payroil/SKILL.md"}}
WHY = "It knows the layout of salary slips."


def asked(server: Gated, key, message=READ):
    answer = server.http.post("/mcp", json=message, headers={**MCP, **bearing(key)})
    return answer.status_code, answer.json()


def sees(server: Gated, key) -> bool:
    return "result" in asked(server, key)[1]


def restrict(server: Gated, key, *groups: str) -> int:
    body = {"groups": groups, "reason": WHY}
    return server.http.put("/admin/skills/payroll/access", json=body, headers=bearing(key)).status_code


@pytest.mark.parametrize("fast_path", [True, False])
def test_an_admin_shuts_a_skill_to_all_but_a_group_and_opens_it_again(registry: Registry, fast_path: bool):
    registry.publish("payroll")
    with gated(registry, fast_path=fast_path) as server:
        admin, finance, sales = (
            server.key(Role.ADMIN),
            server.key(Role.VIEWER, groups={"finance"}),
            server.key(Role.DEVELOPER, groups={"sales"}),
        )
        open_to_all = [sees(server, key) for key in (admin, finance, sales, finance, sales)]
        shut = restrict(server, admin, "finance")
        seen = [sees(server, key) for key in (admin, finance, sales, finance, sales)]
        refused, unknown = asked(server, sales), asked(server, sales, UNKNOWN)
        shown = server.http.get("/admin/skills/payroll", headers=bearing(sales))
        listed = server.http.get("/admin/skills", headers=bearing(sales)).json()
        restrict(server, admin)
        opened = [sees(server, key) for key in (admin, finance, sales)]

    assert (open_to_all, shut, opened) == ([True] * 5, 200, [True] * 3)
    assert seen == [True, True, False, True, False]
    assert str(refused).replace("payroll", "payroil") == str(unknown)
    assert (shown.status_code, listed["total"], listed["skills"]) == (404, 0, [])
