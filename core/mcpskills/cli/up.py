"""`mcpskills up`: the whole product on one machine."""

from importlib import import_module
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from mcpskills.access import Role

DashboardPort: TypeAlias = Annotated[
    int | None,
    typer.Option(
        metavar="PORT",
        envvar="MCPSKILLS_DASHBOARD_PORT",
        help="The dashboard's port; without it 8501, or a free one when that is taken. 0 takes a free one.",
        min=0,
        max=65535,
    ),
]


def up(
    *,
    data: Annotated[
        Path, typer.Option(metavar="DIR", envvar="MCPSKILLS_DATA", help="Where everything is kept.")
    ] = Path(".mcpskills"),
    registry: Annotated[
        str | None,
        typer.Option(
            metavar="PATH_OR_URL",
            envvar="MCPSKILLS_REGISTRY",
            help="The registry repository; without it, one is made in the data directory.",
        ),
    ] = None,
    branch: Annotated[
        str, typer.Option(metavar="NAME", envvar="MCPSKILLS_BRANCH", help="The branch whose skills are served.")
    ] = "main",
    host: Annotated[str, typer.Option(envvar="MCPSKILLS_HOST", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(envvar="MCPSKILLS_PORT", help="The port to listen on; 0 takes a free one.", min=0, max=65535)
    ] = 8000,
    anonymous: Annotated[
        Role | None,
        typer.Option(envvar="MCPSKILLS_ANONYMOUS", help="What callers without an API key are; else they are refused."),
    ] = None,
    dashboard: Annotated[
        bool, typer.Option(envvar="MCPSKILLS_DASHBOARD", help="Start the dashboard as well, on this machine alone.")
    ] = True,
    dashboard_port: DashboardPort = None,
) -> None:
    """Start registry, publisher, MCP server and dashboard on this machine.

    The first start makes a data directory, a registry repository with example skills, and your API key, which is shown
    that once. Push to that repository, and the change is live within a second. Ctrl-C stops; the next start finds
    everything as it was.
    """
    import_module("mcpskills.cli.one_machine").run(
        data,
        registry,
        branch,
        host=host,
        port=port,
        anonymous=anonymous,
        dashboard=dashboard,
        dashboard_port=dashboard_port,
    )
