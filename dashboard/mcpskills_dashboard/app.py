"""Composition root of the dashboard: one process that serves the pages, and asks the admin API for everything on them."""

import argparse
import asyncio
import gc
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import streamlit as st
import uvicorn
from starlette.middleware import Middleware
from streamlit.web import bootstrap

from mcpskills import process
from mcpskills.errors import McpSkillsError
from mcpskills_dashboard import appearance, identity_provider, remembering, visits
from mcpskills_dashboard.answers import Guarded
from mcpskills_dashboard.editor import assets
from mcpskills_dashboard.leaving import Leaving
from mcpskills_dashboard.returning import Returning
from mcpskills_dashboard.settings import DashboardSettings

_SCRIPT: Final = Path(__file__).parent / "entry" / "dashboard.py"
_UPLOAD_MEGABYTES: Final = 64
_MESSAGE_MEGABYTES: Final = 64
_LEFT_SECONDS: Final = 3
_SWEEP_SECONDS: Final = 60.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until a signal. With `--listener FD` on a socket that is bound already, and until standard input ends."""
    parser = argparse.ArgumentParser(prog="python -m mcpskills_dashboard")
    parser.add_argument("--listener", type=int, metavar="FD", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    try:
        settings = DashboardSettings.read().checked()
        if given.listener is None:
            listener = process.bind(settings.host, settings.port, host_by="MCPSKILLS_DASHBOARD_HOST", port_by=_PORT)
        else:
            listener = socket.socket(fileno=given.listener)
    except McpSkillsError as error:
        sys.exit(f"error: {error.message}")
    with listener:
        if given.listener is None:
            sys.stdout.write(f"The dashboard is on {process.url(listener)}\n")
            sys.stdout.flush()
        process.run(_serve(application(settings), listener, with_parent=given.listener is not None))


_PORT: Final = "MCPSKILLS_DASHBOARD_PORT"


def application(settings: DashboardSettings) -> st.App:
    """The pages as an ASGI application. One in a process: Streamlit keeps its options for all of it."""
    bootstrap.load_config_options(_options(settings))
    public = settings.public_url
    around = [
        Middleware(Guarded, hosts=settings.hosts, after=settings.oidc_sign_out_url or "/", public_url=public),
        Middleware(Leaving, visits=visits.kept(), public_url=public),
        Middleware(Returning, public_url=public),
    ]
    routes = [assets.route(), remembering.route(visits.kept())]
    return st.App(_SCRIPT, routes=routes, secrets=identity_provider.secrets(settings), middleware=around)


def _options(settings: DashboardSettings) -> dict[str, Any]:
    """Streamlit's own options; none is left to a file in a working directory or somebody's home."""
    said = {
        "browser.gatherUsageStats": False,
        "client.showErrorDetails": "none",
        "client.toolbarMode": "viewer",
        "global.developmentMode": False,
        "runner.magicEnabled": False,
        # It goes through all objects there are, which takes longer than most runs; `_sweep` does it now and then.
        "runner.postScriptGC": False,
        "server.allowedHosts": list(settings.hosts),
        "server.cookieSecret": settings.cookie_secret.get_secret_value(),
        "server.enableAgentApi": False,
        "server.enableCORS": True,
        "server.enableXsrfProtection": True,
        "server.fileWatcherType": "none",
        "server.headless": True,
        "server.maxMessageSize": _MESSAGE_MEGABYTES,
        "server.maxUploadSize": _UPLOAD_MEGABYTES,
        **appearance.OPTIONS,
    }
    return {name.replace(".", "_"): value for name, value in said.items()}


async def _serve(application: st.App, listener: socket.socket, *, with_parent: bool) -> None:
    config = uvicorn.Config(
        application,
        lifespan="on",
        ws="websockets-sansio",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_LEFT_SECONDS,
    )
    server = uvicorn.Server(config)
    if with_parent:
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), _stop_at_the_end, server)
    sweeping = asyncio.create_task(_sweep(visits.kept()))
    try:
        await server.serve(sockets=[listener])
    finally:
        sweeping.cancel()


async def _sweep(kept: visits.Visits) -> None:
    """Now and then: nobody may come for long after a visit is over, and pages leave objects that hold each other."""
    while True:
        await asyncio.sleep(_SWEEP_SECONDS)
        kept.sweep()
        gc.collect()


def _stop_at_the_end(server: uvicorn.Server) -> None:
    """Whoever started this process keeps its standard input open and says nothing: its end is theirs."""
    if not os.read(sys.stdin.fileno(), 1):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        server.should_exit = True
