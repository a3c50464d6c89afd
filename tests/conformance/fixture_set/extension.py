"""Puts the suite's fixtures beside the skills of a built server: what a handler of ours does not know is asked of them."""

import mcp_types as types
from mcp.server.request_state import RequestStateBoundary, RequestStateSecurity

from conformance.fixture_set import asking_tools, plain_tools, resources, talking_tools
from conformance.fixture_set.contents import said
from conformance.fixture_set.prompts import PROMPTS


class Fixtures:
    """`add_to` adds them to a server; set `change_prompts` to what makes the served prompts change."""

    def __init__(self):
        self.change_prompts = None
        trigger = {"test_trigger_prompt_change": (plain_tools.NOTHING, self._change_prompts)}
        self._tools = {**plain_tools.TOOLS, **talking_tools.TOOLS, **asking_tools.TOOLS, **trigger}

    def add_to(self, server):
        for method, wrap in {
            "tools/list": self._list_tools,
            "tools/call": self._call_tool,
            "prompts/list": self._list_prompts,
            "prompts/get": self._get_prompt,
            "resources/list": self._list_resources,
            "resources/templates/list": self._list_templates,
            "resources/read": self._read,
            "completion/complete": self._complete,
        }.items():
            entry = server.get_request_handler(method)
            server.add_request_handler(method, entry.params_type, _beside(entry.handler, wrap))
        server.get_tool_input_schema = self._input_schema(server.get_tool_input_schema)
        security = RequestStateSecurity.ephemeral()
        server.middleware.append(RequestStateBoundary(security, default_audience=server.name))

    def _input_schema(self, ours):
        return lambda name: self._tools[name][0] if name in self._tools else ours(name)

    async def _list_tools(self, ours, ctx, params):
        listed = await ours(ctx, params)
        tools = [
            types.Tool(name=name, description=f"A fixture: {name}.", input_schema=schema)
            for name, (schema, _) in self._tools.items()
        ]
        return listed.model_copy(update={"tools": [*listed.tools, *tools]})

    async def _call_tool(self, ours, ctx, params):
        _, call = self._tools.get(params.name, (None, ours))
        return await call(ctx, params)

    async def _list_prompts(self, ours, ctx, params):
        listed = await ours(ctx, params)
        prompts = [
            types.Prompt(
                name=name,
                description=f"A fixture: {name}.",
                arguments=[types.PromptArgument(name=argument, required=True) for argument in arguments],
            )
            for name, (arguments, _) in PROMPTS.items()
        ]
        return listed.model_copy(update={"prompts": [*listed.prompts, *prompts]})

    async def _get_prompt(self, ours, ctx, params):
        _, get = PROMPTS.get(params.name, (None, ours))
        return await get(ctx, params)

    async def _list_resources(self, ours, ctx, params):
        listed = await ours(ctx, params)
        return listed.model_copy(update={"resources": [*listed.resources, *resources.LISTED]})

    async def _list_templates(self, ours, ctx, params):
        listed = await ours(ctx, params)
        return listed.model_copy(update={"resource_templates": [*listed.resource_templates, *resources.TEMPLATES]})

    async def _read(self, ours, ctx, params):
        found = resources.contents(params.uri)
        return types.ReadResourceResult(contents=[found]) if found else await ours(ctx, params)

    async def _complete(self, ours, ctx, params):
        if getattr(params.ref, "name", None) in PROMPTS:
            return types.CompleteResult(completion=types.Completion(values=[], total=0, has_more=False))
        return await ours(ctx, params)

    async def _change_prompts(self, _ctx, _params):
        await self.change_prompts()
        return said("The list of prompts changed.")


def _beside(ours, wrap):
    async def answer(ctx, params):
        return await wrap(ours, ctx, params)

    return answer
