"""The domain of Open MCP Skills, its ports and adapters, and the command line."""

from importlib.metadata import version

__version__ = version("open-mcp-skills")
