"""The table of tools, and calling one by its name."""

from collections.abc import Mapping
from typing import Any, Final

import mcp_types as types
from mcp.shared.exceptions import MCPError
from pydantic import ValidationError

from mcpskills.errors import McpSkillsError
from mcpskills.printable import printable
from mcpskills_server.library import Library
from mcpskills_server.mcp.sight import view_of
from mcpskills_server.mcp.tools import load_skill, read_skill_file, search_skills
from mcpskills_server.mcp.tools.tool import Tool, result
from mcpskills_server.mcp.wire import Context
from mcpskills_server.replica import Replica

TOOLS: Final[tuple[Tool[Any], ...]] = (search_skills.TOOL, load_skill.TOOL, read_skill_file.TOOL)

_MAX_PROBLEMS: Final = 5
_NAME_LENGTH: Final = 80

_BY_NAME: Final[Mapping[str, Tool[Any]]] = {tool.name: tool for tool in TOOLS}
_LISTED: Final = [tool.listed() for tool in TOOLS]
_INPUT_SCHEMAS: Final[Mapping[str, Mapping[str, Any]]] = {tool.name: tool.input_schema for tool in _LISTED}


def input_schema(name: str) -> Mapping[str, Any] | None:
    return _INPUT_SCHEMAS.get(name)


class Tools:
    """Answers from the replica's present view, as far as the caller sees it."""

    def __init__(self, replica: Replica, library: Library) -> None:
        self._replica = replica
        self._library = library

    async def list_tools(self, _: Context, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=_LISTED)

    async def call(self, ctx: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        """An error that the model can mend is a result; only an unknown tool is an error of the protocol."""
        tool = _BY_NAME.get(params.name)
        if tool is None:
            raise MCPError(
                types.INVALID_PARAMS, f"Unknown tool {params.name[:80]!r}; tools/list names those there are."
            )
        view = view_of(self._replica, ctx)
        try:
            answer = await tool.answer(view, self._library, params.arguments or {})
        except ValidationError as error:
            return _refusal(_explained(error))
        except McpSkillsError as error:
            return _refusal(error.message)
        return result(answer)


def _refusal(message: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(text=message)], is_error=True)


def _explained(error: ValidationError) -> str:
    """The first problem of each argument; of an optional one, pydantic also reports that it is not left out."""
    problems: dict[str, str] = {}
    for item in error.errors(include_input=False, include_url=False):
        # A name that is no text, such as a lone surrogate, has no place that could be told.
        name = printable(str(item["loc"][0]), _NAME_LENGTH) if item["loc"] else "arguments"
        problems.setdefault(name, item["msg"])
    listed = "; ".join(f"`{name}`: {message}" for name, message in list(problems.items())[:_MAX_PROBLEMS])
    return f"These arguments do not fit. {listed}. Correct them and call again."
