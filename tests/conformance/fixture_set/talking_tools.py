"""Tools of the suite that send something before their result, or wait for the client's answer to it."""

import mcp_types as types
from mcp.shared.message import ServerMessageMetadata

from conformance.fixture_set.contents import said, words
from conformance.fixture_set.plain_tools import NOTHING

PROMPT = {"type": "object", "properties": {"prompt": {"type": "string"}}, "required": ["prompt"]}
MESSAGE = {"type": "object", "properties": {"message": {"type": "string"}}, "required": ["message"]}
RESPONSE = {"type": "object", "properties": {"response": {"type": "string"}}, "required": ["response"]}
DEFAULTS = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "default": "John Doe"},
        "age": {"type": "integer", "default": 30},
        "score": {"type": "number", "default": 95.5},
        "status": {"type": "string", "enum": ["active", "inactive", "pending"], "default": "active"},
        "verified": {"type": "boolean", "default": True},
    },
}
ENUMS = {
    "type": "object",
    "properties": {
        "untitledSingle": {"type": "string", "enum": ["option1", "option2", "option3"]},
        "titledSingle": {
            "type": "string",
            "oneOf": [{"const": "value1", "title": "First"}, {"const": "value2", "title": "Second"}],
        },
        "legacyEnum": {"type": "string", "enum": ["opt1", "opt2"], "enumNames": ["Option One", "Option Two"]},
        "untitledMulti": {"type": "array", "items": {"type": "string", "enum": ["option1", "option2"]}},
        "titledMulti": {
            "type": "array",
            "items": {"anyOf": [{"const": "value1", "title": "First"}, {"const": "value2", "title": "Second"}]},
        },
    },
}


async def log(ctx, text):
    # The SDK's own method warns that the present era has no logging.
    params = types.LoggingMessageNotificationParams(level="info", data=text)
    await ctx.session.send_notification(types.LoggingMessageNotification(params=params), ctx.request_id)


async def with_logging(ctx, _params):
    for text in ("Tool execution started", "Tool processing data", "Tool execution completed"):
        await log(ctx, text)
    return said("Tool with logging executed successfully")


async def with_progress(ctx, _params):
    for done in (0, 50, 100):
        await ctx.session.report_progress(done, 100, f"Completed step {done} of 100")
    return said("Tool with progress executed successfully")


async def sample(ctx, params):
    asked = types.CreateMessageRequestParams(
        messages=[types.SamplingMessage(role="user", content=words(params.arguments["prompt"]))], max_tokens=100
    )
    on_this_stream = ServerMessageMetadata(related_request_id=ctx.request_id)
    answer = await ctx.session.send_request(
        types.CreateMessageRequest(params=asked), types.CreateMessageResult, metadata=on_this_stream
    )
    return said(f"LLM response: {answer.content.text}")


def eliciting(schema, message=None):
    """A tool that asks the client's user for what a schema describes."""

    async def elicit(ctx, params):
        asked = message or params.arguments["message"]
        answer = await ctx.session.elicit_form(asked, schema, ctx.request_id)
        return said(f"User response: action={answer.action}, content={answer.content}")

    return elicit


async def reconnect(ctx, _params):
    await log(ctx, "Before disconnect")
    if ctx.close_sse_stream is not None:
        await ctx.close_sse_stream()
    return said("Reconnection test completed")


async def stream_before_elicitation(ctx, _params):
    await ctx.session.report_progress(1, 1, "Nothing is asked on this stream")
    return said("Nothing was asked.")


async def without_log(_ctx, _params):
    return said("Nothing was logged, because nobody asked for it.")


TOOLS = {
    "test_tool_with_logging": (NOTHING, with_logging),
    "test_tool_with_progress": (NOTHING, with_progress),
    "test_sampling": (PROMPT, sample),
    "test_elicitation": (MESSAGE, eliciting(RESPONSE)),
    "test_elicitation_sep1034_defaults": (NOTHING, eliciting(DEFAULTS, "Please review the form fields")),
    "test_elicitation_sep1330_enums": (NOTHING, eliciting(ENUMS, "Please select options")),
    "test_reconnection": (NOTHING, reconnect),
    "test_streaming_elicitation": (NOTHING, stream_before_elicitation),
    "test_logging_tool": (NOTHING, without_log),
}
