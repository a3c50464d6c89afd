"""The server with everything that it and its libraries have to say at the level of debugging."""

import logging

from mcpskills_server import app

_TALKATIVE = ("asyncio", "fastapi", "httpx2", "mcp", "mcpskills", "mcpskills_server", "starlette", "uvicorn")


def run() -> None:
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.DEBUG)
    app.main()
