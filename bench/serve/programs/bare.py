"""A bare ASGI application: it takes the request in whole, and sends what another server once answered to the same.

Every answer is ready in memory, so what it costs is the web server, finding the answer, and sending it.

Run: python bare.py PORT ANSWERS
"""

import base64
import gc
import json
import sys
from pathlib import Path

import uvicorn


def application(recorded):
    """`recorded` are lines of JSON, each with the body of a request, and the headers and the body of its answer."""
    ready = {}
    for asked, headers, body in map(json.loads, recorded):
        start = {"type": "http.response.start", "status": 200}
        start["headers"] = [(name.encode(), value.encode()) for name, value in headers]
        ready[asked.encode()] = start, {"type": "http.response.body", "body": base64.b64decode(body)}
    gc.freeze()

    async def app(_, receive, send):
        asked, more = b"", True
        while more:
            message = await receive()
            asked += message.get("body", b"")
            more = message.get("more_body")
        for message in ready[asked]:
            await send(message)

    return app


if __name__ == "__main__":
    with Path(sys.argv[2]).open() as recorded:
        app = application(recorded)
    uvicorn.run(
        app,
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        lifespan="off",
        ws="none",
        access_log=False,
        log_level="error",
    )
