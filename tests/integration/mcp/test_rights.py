"""Methods and tools are answered only to callers with their scope."""

import pytest
from mcp_types import INVALID_REQUEST

from integration.mcp.conftest import refusal, serving
from mcpskills.access import Scope
from way_in import a_caller

pytestmark = pytest.mark.anyio


async def test_a_method_whose_scope_is_missing_is_an_error_that_names_it(registry, mode):
    registry.publish()
    async with serving(registry) as served, served.client(mode) as client:
        served.way_in.who = a_caller(scopes=frozenset({Scope.AUDIT_READ}))

        error = await refusal(client, "resources/read", uri="skill://pdf-forms/SKILL.md")

    assert error.error.code == INVALID_REQUEST
    assert error.error.message == "This needs the scope skills:read, which your credential does not have."
    assert error.error.data == {"error": "insufficient_scope", "scope": "skills:read"}


async def test_a_caller_with_the_scope_is_answered(registry, mode):
    registry.publish()
    async with serving(registry) as served:
        served.way_in.who = a_caller(scopes=frozenset({Scope.SKILLS_READ}))
        async with served.client(mode) as client:
            [content] = (await client.read_resource("skill://pdf-forms/SKILL.md")).contents

    assert str(content.uri) == "skill://pdf-forms/SKILL.md"
