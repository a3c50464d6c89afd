"""A server of a scene's registry, with MCP and the admin API, and a client's eyes on it."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
from mcp import Client
from mcp.shared.exceptions import MCPError

from admin_service import serving
from git_fixtures import BRANCH
from mcpskills.adapters import backends
from mcpskills.adapters.git.forge import LocalForge
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.adapters.in_process import InProcessReplicas
from mcpskills_server import app
from mcpskills_server.registry import ServedRegistry
from mcpskills_server.settings import ServerSettings
from publisher_scene import PATIENCE, Scene


@contextmanager
def served(scene: Scene) -> Iterator[str]:
    """The server's URL until the block ends."""
    settings = ServerSettings(data=scene.data, registry=scene.registry, poll_seconds=0.1, **scene.places)
    forge = LocalForge(GitRepository.open(scene.registry, scene.root / "proposals"), BRANCH)
    on = ServedRegistry(
        catalog=scene.catalog,
        store=scene.store,
        signals=scene.signals,
        forge=lambda: forge,
        principals=scene.principals,
        peppers=backends.peppers(settings),
        replicas=InProcessReplicas(),
    )
    service = app.registry(settings, on)
    with serving(service.application) as url:
        yield url
        service.close_streams()


def listed(url: str) -> list[str]:
    """The names that the admin API lists, once the server has caught up."""
    with httpx2.Client(base_url=url, timeout=PATIENCE) as http:
        assert http.post("/admin/skills/reload-all").status_code == 200
        return [skill["name"] for skill in http.get("/admin/skills").json()["skills"]]


async def read(url: str, uri: str) -> str | None:
    """What a client reads under an address; None when it is refused."""
    async with Client(f"{url}/mcp", cache=None) as client:
        try:
            [content] = (await client.read_resource(uri)).contents
        except MCPError:
            return None
        return str(content.text)


async def resources(url: str) -> list[str]:
    """The addresses that a client is told of."""
    async with Client(f"{url}/mcp", cache=None) as client:
        return [str(resource.uri) for resource in (await client.list_resources()).resources]


async def found(url: str, query: str) -> list[str]:
    """The names that a client finds by a search."""
    async with Client(f"{url}/mcp", cache=None) as client:
        result = await client.call_tool("search_skills", {"query": query})
        return [skill["name"] for skill in result.structured_content["skills"]]
