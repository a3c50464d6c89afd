"""A server that may have so many open files: SOFT HARD PATIENCE. Prints its port and serves until SIGTERM."""

import asyncio
import resource
import sys

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from mcpskills import process
from mcpskills.connection import Limits


async def here(_):
    return PlainTextResponse("here")


async def main(patience):
    listener, stop = process.bind("127.0.0.1", 0), asyncio.Event()
    with process.stop_on_signal(stop):
        print(listener.getsockname()[1], flush=True)  # noqa: T201 the test reads it
        app = Starlette(routes=[Route("/", here)])
        await process.serve(app, listener, stop, lambda: None, limits=Limits(patience=patience))


resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[1]), int(sys.argv[2])))
process.run(main(float(sys.argv[3])))
