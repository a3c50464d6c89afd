"""Where MCP is spoken."""

from typing import Final

PATHS: Final = ("/mcp", "/mcp/", "/mcp/sse")
"""All the same. A redirect from one to the other would lose the body in some clients and the scheme behind some proxies."""
