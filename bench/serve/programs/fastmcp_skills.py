"""FastMCP with its skills provider over a folder, stateless and in JSON, and a tool that reads a skill as its own tools do.

Run: python fastmcp_skills.py PORT FOLDER [experimental]
"""

import sys

import uvicorn
from fastmcp import FastMCP
from fastmcp.server.providers.skills import SkillsDirectoryProvider


def application(folder, *, experimental):
    server = FastMCP("fastmcp")
    provider = SkillsDirectoryProvider(folder, experimental_skills=experimental)
    server.add_provider(provider)
    if experimental:
        from fastmcp.skills.extension import SkillsExtension  # noqa: PLC0415 a part of the experiment

        server.add_extension(SkillsExtension(providers=[provider]))

    @server.tool
    async def load_skill(name: str) -> str:
        """Get the instructions of a skill."""
        return (await server.read_resource(f"skill://{name}/SKILL.md")).contents[0].content

    return server.http_app(json_response=True, stateless_http=True)


if __name__ == "__main__":
    uvicorn.run(
        application(sys.argv[2], experimental="experimental" in sys.argv[3:]),
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="error",
    )
