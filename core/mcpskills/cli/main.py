"""The command `mcpskills`. A command is one file here and one row in `COMMANDS`; it is imported when it is called or listed."""

import io
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from mcpskills import __version__
from mcpskills.errors import McpSkillsError
from mcpskills.printable import printable

COMMANDS: Mapping[str, str] = {
    "up": "mcpskills.cli.up:up",
    "serve": "mcpskills.cli.serve:serve",
    "init": "mcpskills.cli.init:init",
    "new": "mcpskills.cli.new:new",
    "validate": "mcpskills.cli.validate:validate",
    "explain": "mcpskills.cli.explain:explain",
    "eval": "mcpskills.cli.evaluate:evaluate",
    "schema": "mcpskills.cli.schema:schema",
    "pack": "mcpskills.cli.pack:pack",
    "list": "mcpskills.cli.list_skills:list_skills",
    "show": "mcpskills.cli.show:show",
    "versions": "mcpskills.cli.versions:versions",
    "stats": "mcpskills.cli.stats:stats",
    "rollback": "mcpskills.cli.rollback:rollback",
    "lift": "mcpskills.cli.lift:lift",
    "promote": "mcpskills.cli.promote:promote",
    "yank": "mcpskills.cli.standing:yank",
    "revoke": "mcpskills.cli.standing:revoke",
    "restore": "mcpskills.cli.standing:restore",
    "offline": "mcpskills.cli.online:offline",
    "online": "mcpskills.cli.online:online",
    "access": "mcpskills.cli.access:access",
    "keys": "mcpskills.cli.keys:app",
    "users": "mcpskills.cli.users:app",
    "secrets": "mcpskills.cli.secrets:app",
    "whoami": "mcpskills.cli.whoami:whoami",
    "audit": "mcpskills.cli.audit:audit",
    "logs": "mcpskills.cli.logs:logs",
    "publisher": "mcpskills.cli.publisher:publisher",
    "propose": "mcpskills.cli.propose:propose",
    "proposals": "mcpskills.cli.proposals:proposals",
    "approve": "mcpskills.cli.approve:approve",
    "merge": "mcpskills.cli.merge:merge",
    "close": "mcpskills.cli.close:close",
    "verify": "mcpskills.cli.verify:verify",
}
"""Commands in the order of the help, with the function that each calls, or the application of its own commands."""

_EXTRAS = {"cryptography": "server", "tantivy": "eval"}
"""The smallest extra that brings a package; for the others `all`."""

_MESSAGE = 2000


class _Commands(TyperGroup):
    """Loads a command when it is needed, so that a check of skills does not pay for the server.

    Typer has a click of its own in a private module, so the types of contexts and commands cannot be named here.
    """

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 the base class passes it
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, function = COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(module), function)
        if isinstance(found, typer.Typer):
            group = typer.main.get_group(found)
            # The help of all commands has it from the group itself.
            group.name = cmd_name
            return group
        single = typer.Typer(add_completion=False)
        single.command(cmd_name)(found)
        return typer.main.get_command(single)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mcpskills {__version__}")
        raise typer.Exit


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def run() -> None:
    """The entry point: an error of ours is one line on stderr and exit code 1, wrong usage exits with 2."""
    for stream in (sys.stdout, sys.stderr):
        # A file name that the terminal's encoding lacks must not end a command.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except McpSkillsError as error:
        _fail(error.message)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("mcpskills"):
            raise
        missing = (error.name or "").partition(".")[0]
        extra = _EXTRAS.get(missing, "all")
        _fail(
            f"This command needs `{missing}`, which the base install leaves out: pip install 'open-mcp-skills[{extra}]'"
        )


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and exit.", is_eager=True, callback=_version),
    ] = False,
) -> None:
    """Open MCP Skills: a Git-native registry of Agent Skills and the MCP service that serves them."""


def _fail(message: str) -> None:
    sys.stderr.write(f"error: {printable(message, _MESSAGE)}\n")
    sys.exit(1)
