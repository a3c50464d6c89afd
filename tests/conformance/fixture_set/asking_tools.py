"""Tools and the prompt of the suite that ask the client for input by their result, over rounds (SEP-2322)."""

import json

import mcp_types as types

from conformance.fixture_set.contents import said, words
from conformance.fixture_set.plain_tools import NOTHING


def ask(message, **properties):
    """A question to the client's user, for an object with these properties of these types."""
    described = {name: {"type": kind} for name, kind in properties.items()}
    schema = {"type": "object", "properties": described, "required": list(properties)}
    return types.ElicitRequest(params=types.ElicitRequestFormParams(message=message, requested_schema=schema))


def generate(text):
    """A question to the client's model."""
    messages = [types.SamplingMessage(role="user", content=words(text))]
    return types.CreateMessageRequest(params=types.CreateMessageRequestParams(messages=messages, max_tokens=100))


def required(state=None, **requests):
    return types.InputRequiredResult(input_requests=requests or None, request_state=state)


def given(params, name):
    """What the client's user answered to the question of this name, as a dictionary; None before."""
    answer = (params.input_responses or {}).get(name)
    return answer.content if isinstance(answer, types.ElicitResult) else None


async def elicit(_ctx, params):
    answer = given(params, "user_name")
    return said(f"Hello, {answer['name']}!") if answer else required(user_name=ask("What is your name?", name="string"))


async def sample(_ctx, params):
    answer = (params.input_responses or {}).get("capital_question")
    if answer is None:
        return required(capital_question=generate("What is the capital of France?"))
    return said(f"The model said: {answer.content.text}")


async def list_roots(_ctx, params):
    answer = (params.input_responses or {}).get("client_roots")
    return (
        said(f"The client has {len(answer.roots)} roots.")
        if answer
        else required(client_roots=types.ListRootsRequest())
    )


async def keep_state(_ctx, params):
    if given(params, "confirm") and params.request_state == "first":
        return said("state-ok: confirmation received")
    return required("first", confirm=ask("Please confirm", ok="boolean"))


async def refuse_tampered_state(_ctx, params):
    if params.request_state is None:
        return required("first", confirm=ask("Please confirm", ok="boolean"))
    return said(f"state-ok: {params.request_state}")


async def ask_all(_ctx, params):
    if {"user_name", "greeting", "client_roots"} <= (params.input_responses or {}).keys():
        return said("All was answered.")
    return required(
        "all",
        user_name=ask("What is your name?", name="string"),
        greeting=generate("Say hello"),
        client_roots=types.ListRootsRequest(),
    )


async def ask_twice(_ctx, params):
    state = json.loads(params.request_state) if params.request_state else {"round": 0}
    first, second = given(params, "step1"), given(params, "step2")
    if state["round"] == 1 and first:
        kept = json.dumps({"round": 2, "name": first["name"]})
        return required(kept, step2=ask("Step 2: What is your favourite colour?", color="string"))
    if state["round"] == 2 and second:
        return said(f"{state['name']} likes {second['color']}.")
    return required(json.dumps({"round": 1}), step1=ask("Step 1: What is your name?", name="string"))


async def ask_what_the_client_can(ctx, _params):
    capabilities = ctx.session.client_capabilities
    requests = {}
    if capabilities is None or capabilities.sampling is not None:
        requests["sample"] = generate("Say hello")
    if capabilities is None or capabilities.elicitation is not None:
        requests["ask"] = ask("What is your name?", name="string")
    return required("asked", **requests)


async def prompt(_ctx, params):
    answer = given(params, "user_context")
    if answer is None:
        return required(user_context=ask("What context should the prompt use?", context="string"))
    text = f"Use the following context: {answer['context']}"
    return types.GetPromptResult(messages=[types.PromptMessage(role="user", content=words(text))])


TOOLS = {
    f"test_input_required_result_{name}": (NOTHING, call)
    for name, call in {
        "elicitation": elicit,
        "sampling": sample,
        "list_roots": list_roots,
        "request_state": keep_state,
        "tampered_state": refuse_tampered_state,
        "multiple_inputs": ask_all,
        "multi_round": ask_twice,
        "capabilities": ask_what_the_client_can,
    }.items()
}
