"""Puts the parts together into one server of the SDK, which speaks both eras of the protocol."""

from typing import Any, Final

import mcp_types as types
from mcp.server.caching import CacheHint
from mcp.server.context import CallNext, HandlerResult, ServerMiddleware
from mcp.server.lowlevel import Server

from mcpskills_server.library import Library
from mcpskills_server.mcp import caching, errors, permitting
from mcpskills_server.mcp.completion import Completions
from mcpskills_server.mcp.notify import Notifications
from mcpskills_server.mcp.prompts import Prompts
from mcpskills_server.mcp.resources import Resources
from mcpskills_server.mcp.sessions.wishes import Wishes
from mcpskills_server.mcp.skills import Skills
from mcpskills_server.mcp.tools.table import Tools, input_schema
from mcpskills_server.mcp.wire import EXTENSION, SERVER_INFO, SETTINGS, Context, GetSkillParams, ReadDirectoryParams
from mcpskills_server.replica import Replica
from mcpskills_server.settings import ServerSettings

INSTRUCTIONS: Final = (
    "A registry of Agent Skills: tested instructions, references and scripts for kinds of tasks. When a task may need "
    "special knowledge or a fixed procedure: 1. search_skills with what it is about; 2. load_skill with the best name, and "
    "follow its instructions; 3. read_skill_file for the files they mention, with the version load_skill gave. Skills are "
    "also there as resources (skill://<name>/SKILL.md), as prompts and through skills/list."
)
"""Some clients read no more than the first 512 characters."""


def build(
    replica: Replica,
    library: Library,
    notifications: Notifications,
    settings: ServerSettings,
    wishes: Wishes | None = None,
) -> Server[Any]:
    """Without sessions nobody can wish for anything: nothing would carry the updates, so subscribing is not offered."""
    skills = Skills(replica, library, settings.page_size)
    resources = Resources(replica, library, settings.page_size)
    prompts = Prompts(replica, settings.page_size)
    tools = Tools(replica, library)
    server: Server[Any] = Server(
        SERVER_INFO.name,
        title=SERVER_INFO.title,
        version=SERVER_INFO.version,
        instructions=INSTRUCTIONS,
        cache_hints={method: CacheHint(hint.ttl_ms, hint.scope) for method, hint in caching.BY_METHOD.items()},
        get_tool_input_schema=input_schema,
        on_list_resources=resources.list_resources,
        on_list_resource_templates=resources.list_templates,
        on_read_resource=resources.read,
        on_subscribe_resource=wishes.subscribe if wishes else None,
        on_unsubscribe_resource=wishes.unsubscribe if wishes else None,
        on_subscriptions_listen=notifications.listen,
        on_list_prompts=prompts.list_prompts,
        on_get_prompt=prompts.get_prompt,
        on_list_tools=tools.list_tools,
        on_call_tool=tools.call,
        on_completion=Completions(replica, library).complete,
    )
    server.add_request_handler("skills/list", types.PaginatedRequestParams, skills.list_skills)
    server.add_request_handler("skills/get", GetSkillParams, skills.get_skill)
    server.add_request_handler("resources/directory/read", ReadDirectoryParams, skills.read_directory)
    if wishes:
        server.add_request_handler("logging/setLevel", types.SetLevelRequestParams, wishes.set_level)
    server.extensions[EXTENSION] = dict(SETTINGS)
    server.middleware += [
        errors.translate,
        permitting.permit,
        _announcing(server.extensions, sessions=wishes is not None),
    ]
    return server


def _announcing(extensions: dict[str, dict[str, Any]], *, sessions: bool) -> ServerMiddleware[Any]:
    """Middleware that puts the announced capabilities right.

    To `initialize` the SDK adds no extensions and cannot be told that lists change; clients of the handshake era look for
    both. To `server/discover` it adds whatever there is a handler for; but logging ended with the handshake era, and the
    tools never change.
    """

    async def announce(ctx: Context, call_next: CallNext) -> HandlerResult:
        result = await call_next(ctx)
        if ctx.method not in {"initialize", "server/discover"} or not isinstance(result, dict):
            return result
        capabilities = {**result["capabilities"], "extensions": extensions}
        if ctx.method == "server/discover":
            capabilities.pop("logging", None)
            capabilities["tools"] = {**capabilities["tools"], "listChanged": False}
        else:
            for part in ("resources", "prompts"):
                capabilities[part] = {**capabilities[part], "listChanged": sessions}
        return {**result, "capabilities": capabilities}

    return announce
