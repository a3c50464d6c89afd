"""The SDK's own low-level server, stateless and in JSON, with the same texts in memory. Its tools are those that it is given.

Run: python sdk.py PORT SKILLS TOOLS
"""

import json
import sys
from pathlib import Path
from typing import Any

import mcp_types as types
import uvicorn
from mcp.server.lowlevel import Server
from pydantic import BaseModel

PAGE = 50
MAIN = "SKILL.md"


class SkillEntry(BaseModel):
    uri: str
    frontmatter: dict[str, Any]
    resources: list[dict[str, Any]]


class ListSkillsResult(types.PaginatedResult, types.CacheableResult):
    skills: list[SkillEntry]


class Answers:
    """`skills` are lines of the corpus by name."""

    def __init__(self, skills, tools):
        self._skills = skills
        self._names = sorted(skills)
        self._tools = types.ListToolsResult.model_validate(tools)
        self._schemas = {tool.name: tool.input_schema for tool in self._tools.tools}

    async def list_tools(self, _, __):
        return self._tools

    def input_schema(self, name):
        return self._schemas.get(name)

    async def call_tool(self, _, params):
        skill = self._skills[params.arguments["name"]]
        body = skill["text"].split("\n---\n", 1)[1]
        files = [{"path": path, "kind": "other", "size": size} for path, size in skill["sizes"].items() if path != MAIN]
        lines = [f"These are the instructions of the skill {skill['name']}, version 1.", "Its other files:"]
        lines += [f"- {file['path']} ({file['kind']}, {file['size']} bytes)" for file in files]
        return types.CallToolResult(
            content=[types.TextContent(text=body), types.TextContent(text="\n".join(lines))],
            structured_content={
                "name": skill["name"],
                "version": 1,
                "digest": skill["digest"],
                "instructions": body,
                "offset": 0,
                "total_characters": len(body),
                "files": files,
                "files_left_out": 0,
            },
            _meta=about(skill),
        )

    async def read_resource(self, _, params):
        skill = self._skills[params.uri.removeprefix("skill://").removesuffix(f"/{MAIN}")]
        text = types.TextResourceContents(uri=params.uri, mime_type="text/markdown", text=skill["text"])
        return types.ReadResourceResult(contents=[text], _meta=about(skill))

    async def get_prompt(self, _, params):
        skill = self._skills[params.name]
        text = types.TextContent(text=skill["text"].split("\n---\n", 1)[1])
        files = types.TextContent(text="\n".join(f"- skill://v1/{params.name}/{path}" for path in skill["sizes"]))
        return types.GetPromptResult(
            description=skill["frontmatter"]["description"],
            messages=[types.PromptMessage(role="user", content=each) for each in (text, files)],
            _meta=about(skill),
        )

    async def list_skills(self, _, params):
        start = int(params.cursor or 0)
        page = [self._skills[name] for name in self._names[start : start + PAGE]]
        more = start + PAGE < len(self._names)
        return ListSkillsResult(
            skills=[entry(skill) for skill in page], next_cursor=str(start + PAGE) if more else None
        )


def about(skill):
    return {"io.example/skill": skill["name"], "io.example/version": 1, "io.example/digest": skill["digest"]}


def entry(skill):
    uri = f"skill://{skill['name']}/"
    files = [{"uri": uri + path, "digest": skill["digest"], "size": size} for path, size in skill["sizes"].items()]
    return SkillEntry(uri=uri + MAIN, frontmatter=skill["frontmatter"], resources=files)


def application(answers):
    server = Server(
        "sdk",
        # Without it the SDK lists all tools again in every call of one.
        get_tool_input_schema=answers.input_schema,
        on_list_tools=answers.list_tools,
        on_call_tool=answers.call_tool,
        on_read_resource=answers.read_resource,
        on_get_prompt=answers.get_prompt,
    )
    server.add_request_handler("skills/list", types.PaginatedRequestParams, answers.list_skills)
    return server.streamable_http_app(json_response=True, stateless_http=True)


def read(path):
    with Path(path).open() as lines:
        return {skill["name"]: skill for skill in map(json.loads, lines)}


if __name__ == "__main__":
    uvicorn.run(
        application(Answers(read(sys.argv[2]), json.loads(Path(sys.argv[3]).read_text()))),
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="error",
    )
