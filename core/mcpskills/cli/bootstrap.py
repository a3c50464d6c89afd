"""`mcpskills keys bootstrap`: the first admin's key, made in the store itself."""

import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from mcpskills import first_key
from mcpskills.audit import Actor
from mcpskills.errors import ConflictError
from mcpskills.first_key import Wish


def bootstrap(
    *,
    name: Annotated[str, typer.Option(help="For people: whose key it is.")] = "owner",
    another: Annotated[
        bool, typer.Option("--another", help="Make one although there is one already, because that one was lost.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the key, and nothing about it.")] = False,
    data: Annotated[
        Path, typer.Option(metavar="DIR", envvar="MCPSKILLS_DATA", help="The server's data directory.")
    ] = Path(".mcpskills"),
) -> None:
    """Make the first key, an owner's, in the store that the server's settings name.

    It asks no server, so run it where a server could run: with the same MCPSKILLS_ variables, or on the machine that has the
    data directory. The key alone goes to standard output, so that it can be piped to where secrets are kept.

    Example: `mcpskills keys bootstrap --data .mcpskills`
    """
    from mcpskills.adapters import backends  # noqa: PLC0415 the base install lacks what it needs
    from mcpskills.settings import Settings, Storage  # noqa: PLC0415 as well

    settings = Settings.read(data=data)
    wish = Wish(name, Actor("mcpskills keys bootstrap", source=platform.node() or None), datetime.now(UTC))
    make = first_key.make_another if another else first_key.make
    with backends.principals(settings) as principals:
        try:
            made = make(principals, backends.peppers(settings), settings.tenant, wish)
        except ConflictError as error:
            raise ConflictError(
                f"{error.message} Who has it makes others by `mcpskills keys create`; if it is lost, --another makes one more."
            ) from error
    where = f"the data directory {data.absolute()}" if settings.storage is Storage.EMBEDDED else "the tables on AWS"
    if not quiet:
        _say(f"The key {made.id} ({name}) may do everything for the tenant {settings.tenant!r} of {where}.")
        _say("It is shown this once. `export MCPSKILLS_API_KEY=…` has the commands use it:")
    sys.stdout.write(f"{made.text}\n")


def _say(line: str) -> None:
    typer.echo(line, err=True)
