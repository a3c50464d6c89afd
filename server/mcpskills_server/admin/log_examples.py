"""Examples of answers about invocations, for the OpenAPI document."""

from typing import Any, Final

ROW: Final[dict[str, Any]] = {
    "id": "019aa0d6-3b40-7c11-8f0e-2f4c55d9a001",
    "at": "2026-11-20T09:30:00Z",
    "skill": "pdf-forms",
    "version": 1,
    "method": "tools/call",
    "status": "SUCCESS",
    "duration_ms": 0.012,
    "principal": "key:0f1e2d3c4b5a",
    "principal_name": "CI",
    "session": None,
    "client_address": "192.0.2.7",
    "user_agent": "example-client/1.0",
    "error": None,
}

DETAIL: Final[dict[str, Any]] = {
    **ROW,
    "parameters": '{"name":"load_skill","arguments":{"name":"pdf-forms"}}',
    "result": '{"content":[{"type":"text","text":"Fill in the form."}]}',
}

LIST: Final[dict[str, Any]] = {"invocations": [ROW], "next_cursor": None}
