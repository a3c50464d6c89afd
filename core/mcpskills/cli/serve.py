"""`mcpskills serve DIR`: a plain folder of skills on /mcp, reloaded on every save."""

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from mcpskills.cli.policy import policy_at
from mcpskills.cli.registry import registry_of


def serve(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder that holds skills, each with a SKILL.md.")
    ],
    port: Annotated[
        int, typer.Option(envvar="MCPSKILLS_PORT", help="The port to listen on; 0 takes a free one.", min=0, max=65535)
    ] = 8000,
    host: Annotated[str, typer.Option(envvar="MCPSKILLS_HOST", help="The address to listen on.")] = "127.0.0.1",
) -> None:
    """Serve a plain folder of skills and reload it on save.

    For authors: no Git, no publisher, no admin API. A skill that breaks while you edit keeps its last good version, and
    the reason is printed.
    """
    import_module("mcpskills_server.authoring").run(directory, host, port, policy_at(registry_of(directory)))
