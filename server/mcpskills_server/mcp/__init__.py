"""What MCP clients see on `/mcp`: the Skills extension, resources, prompts, tools, completion and notifications.

One file per part; `server.py` puts the parts together, `endpoint.py` is the way in over HTTP. A new part is a file here, its
handler in `server.py` and its heading in docs/mcp.md.
"""
