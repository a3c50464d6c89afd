"""`mcpskills keys`: the API keys of a running server."""

import typer

from mcpskills.cli.bootstrap import bootstrap

app = typer.Typer(no_args_is_help=True, help="Make, show, rotate and revoke the API keys of a running server.")
app.command("bootstrap")(bootstrap)
