"""Where MCP is spoken."""

from typing import Final

PATHS: Final = ("/mcp", "/mcp/")
"""Both answer, because a redirect loses the body in some clients and the scheme behind some proxies."""
