"""Every way in names what it needs, and nobody gets further without it."""

from collections.abc import Iterator

import pytest

from mcpskills.access import Scope
from mcpskills_server.application import Application
from mcpskills_server.auth import rights
from mcpskills_server.mcp.fast import asked
from mcpskills_server.mcp.paths import PATHS
from mcpskills_server.mcp.tools.table import TOOLS
from whole_server import rights_of, whole


@pytest.fixture
def application(tmp_path) -> Iterator[Application]:
    with whole(tmp_path) as made:
        yield made


def test_every_route_names_what_it_needs(application):
    found = rights_of(application)

    assert [route for route, right in found.items() if right is None] == []
    assert len(found) > 30


def test_every_route_of_the_admin_api_that_changes_something_needs_a_scope_that_is_not_for_reading(application):
    admin = {route: right for route, right in rights_of(application).items() if " /admin/" in route}

    assert [
        route for route, right in admin.items() if not route.startswith("GET ") and str(right).endswith(":read")
    ] == []


def test_every_method_that_the_sdk_has_a_handler_for_names_what_it_needs_and_nothing_else_does(application):
    handled = set(application._endpoint.server._request_handlers)

    assert sorted({*handled, "initialize"}) == sorted(rights.METHODS)


def test_every_tool_names_what_it_needs():
    assert sorted(tool.name for tool in TOOLS) == sorted(rights.TOOLS)


def test_what_is_answered_in_front_of_the_sdk_needs_no_more_than_the_endpoint_itself():
    fast = {rights.METHODS[method] for method in (*asked._TAKES, "initialize")}

    assert fast | {rights.TOOLS[name] for name in rights.TOOLS} == {Scope.SKILLS_READ}
    assert {rights.ENDPOINTS[path] for path in PATHS} == {Scope.SKILLS_READ}
