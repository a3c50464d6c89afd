"""Reading everything that a server serves, as an MCP client does."""

import base64
from typing import Any

from mcp import Client
from mcp_types import Request
from pydantic import BaseModel, ConfigDict

from fleet_scene import Served
from mcpskills.package import digest


class _Any(BaseModel):
    model_config = ConfigDict(extra="allow")


async def everything(url: str) -> Served:
    """Every skill that the server at a URL lists, with every file, each held against the digest that the list names."""
    async with Client(url + "/mcp", cache=None) as client:
        return {entry["frontmatter"]["name"]: await _skill(client, entry) for entry in await _listed(client)}


async def file(client: Client, uri: str) -> bytes:
    [content] = (await client.read_resource(uri)).contents
    return content.text.encode() if hasattr(content, "text") else base64.b64decode(content.blob)


async def _listed(client: Client) -> list[dict[str, Any]]:
    skills, cursor = [], None
    while cursor is not None or not skills:
        request = Request[dict[str, Any], str](method="skills/list", params={"cursor": cursor} if cursor else {})
        page = (await client.session.send_request(request, _Any)).model_dump()
        skills += page["skills"]
        cursor = page.get("nextCursor")
        if cursor is None:
            break
    return skills


async def _skill(client: Client, entry: dict[str, Any]) -> tuple[str, dict[str, bytes]]:
    root = entry["uri"].removesuffix("SKILL.md")
    files = {}
    for listed in entry["resources"]:
        content = await file(client, listed["uri"])
        assert digest(content) == listed["digest"], listed["uri"]
        files[listed["uri"].removeprefix(root)] = content
    return entry["_meta"]["io.openmcpskills/digest"], files
