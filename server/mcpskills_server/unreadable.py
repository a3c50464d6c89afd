"""What is answered to bytes that never become a request: in JSON-RPC where MCP is spoken, else as a problem."""

import json
from http import HTTPStatus

from mcp_types import INVALID_REQUEST

from mcpskills_server import problem
from mcpskills_server.mcp.paths import PATHS


def refusal(status: HTTPStatus, reason: str, path: str) -> tuple[str, bytes]:
    """See `mcpskills.connection.Refusal`."""
    if path not in PATHS:
        return problem.MEDIA_TYPE, problem.body(status, reason, path)
    error = {"code": INVALID_REQUEST, "message": reason}
    return "application/json", json.dumps({"jsonrpc": "2.0", "id": None, "error": error}).encode()
