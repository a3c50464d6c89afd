"""A bare ASGI application: it takes the request in whole, and sends what another server once answered to such a one.

Run: python bare.py PORT ANSWERS
"""

import base64
import json
import sys
from pathlib import Path

import uvicorn


def application(answers):
    """`answers` has, for each path, the headers and the body that were recorded."""
    ready = {
        path: (
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(name.encode(), value.encode()) for name, value in headers],
            },
            {"type": "http.response.body", "body": base64.b64decode(body)},
        )
        for path, (headers, body) in answers.items()
    }

    async def app(scope, receive, send):
        while (await receive()).get("more_body"):
            pass
        for message in ready[scope["path"]]:
            await send(message)

    return app


if __name__ == "__main__":
    uvicorn.run(
        application(json.loads(Path(sys.argv[2]).read_text())),
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        lifespan="off",
        ws="none",
        access_log=False,
        log_level="error",
    )
