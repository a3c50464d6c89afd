"""Tools of the suite that answer at once, as `{name: (input schema, call)}`; a call is `async (ctx, params) -> result`."""

import mcp_types as types
from mcp.shared.exceptions import MCPError

from conformance.fixture_set.contents import AUDIO, IMAGE, embedded, said

NOTHING = {"type": "object"}
REGION = {"type": "object", "properties": {"region": {"type": "string", "x-mcp-header": "Region"}}}
ADDRESS = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}


def always(*content):
    async def call(_ctx, _params):
        return said(*content)

    return call


async def fail(_ctx, _params):
    return types.CallToolResult(
        content=said("This tool intentionally returns an error for testing").content, is_error=True
    )


async def need_sampling(ctx, _params):
    capabilities = ctx.session.client_capabilities
    if capabilities is None or capabilities.sampling is None:
        raise MCPError(
            types.MISSING_REQUIRED_CLIENT_CAPABILITY,
            "This tool requires the client's `sampling` capability",
            {"requiredCapabilities": {"sampling": {}}},
        )
    return said("The client declared sampling.")


TOOLS = {
    "test_simple_text": (NOTHING, always("This is a simple text response for testing.")),
    "test_image_content": (NOTHING, always(IMAGE)),
    "test_audio_content": (NOTHING, always(AUDIO)),
    "test_embedded_resource": (
        NOTHING,
        always(embedded("test://embedded-resource", "This is an embedded resource content.")),
    ),
    "test_multiple_content_types": (
        NOTHING,
        always(
            "Multiple content types test:",
            IMAGE,
            embedded("test://mixed-content-resource", '{"test": "data", "value": 123}', "application/json"),
        ),
    ),
    "test_error_handling": (NOTHING, fail),
    "test_x_mcp_header": (REGION, always("The region was read.")),
    "test_missing_capability": (NOTHING, need_sampling),
    "json_schema_2020_12_tool": (ADDRESS, always("The schema was kept.")),
}
