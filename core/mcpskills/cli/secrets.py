"""`mcpskills secrets`: secrets of a running server's skills. A value is never an argument, which others on the machine see."""

import sys
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from mcpskills import secret
from mcpskills.cli.admin_client import DEFAULT_URL, AsJson, Url, ask
from mcpskills.cli.tables import print_json, print_line, print_table, second
from mcpskills.errors import InvalidInputError

app = typer.Typer(no_args_is_help=True, help="Set, list and remove secrets, and say which skills get them.")

Name = Annotated[str, typer.Argument(help="As a variable of an environment: OCR_API_KEY.")]


@app.command("set")
def set_secret(
    name: Name,
    *,
    file: Annotated[
        Path | None, typer.Option("--file", help="The value, as it stands in this file.", exists=True, dir_okay=False)
    ] = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Make a secret, or give it another value, which nobody can show again.

    Without `--file` the value is asked for, or read from standard input without the line feed at its end.

    Example: `mcpskills secrets set OCR_API_KEY < key.txt`
    """
    answer = ask(url, "PUT", _path(name), json={"value": _value(name, file)})
    if as_json:
        print_json(answer)
        return
    print_line(f"{name} has version {answer['secret']['version']} now.")
    if not answer["secret"]["skills"]:
        print_line(f"No skill gets it yet: `mcpskills secrets grant {name} SKILL`.")


@app.command("list")
def list_secrets(*, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """List the secrets, without their values, and the skills that get them."""
    answer = ask(url, "GET", "/secrets")
    if as_json:
        print_json(answer)
    elif answer["secrets"]:
        columns = ("Name", "Version", "Set", "By", "Skills")
        print_table(columns, map(_row, answer["secrets"]), whole=("Name",))
    else:
        print_line("There is no secret yet; `mcpskills secrets set NAME` makes one.")


@app.command("grant")
def grant(
    name: Name,
    skill: Annotated[list[str] | None, typer.Argument(help="The skills that get it; none takes it from all.")] = None,
    *,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Have these skills get a secret, and no others.

    Example: `mcpskills secrets grant OCR_API_KEY pdf-forms letters`
    """
    answer = ask(url, "PUT", f"{_path(name)}/grants", json={"skills": skill or []})
    if as_json:
        print_json(answer)
        return
    said = "now" if answer["changed"] else "already"
    print_line(f"{name} is given to {', '.join(answer['secret']['skills']) or 'no skill'} {said}.")


@app.command("delete")
def delete(name: Name, *, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """Forget a secret: no skill gets it any more."""
    answer = ask(url, "DELETE", _path(name))
    if as_json:
        print_json(answer)
        return
    print_line(f"{name} is gone.")


def _row(secret: dict[str, Any]) -> tuple[Any, ...]:
    if secret["damaged"]:
        return secret["name"], None, "damaged: delete it and set it again", None, None
    at = second(secret["updated_at"])
    return secret["name"], secret["version"], at, secret["updated_by"], secret["skills"]


def _value(name: str, file: Path | None) -> str:
    if file is not None:
        content = file.read_bytes()
    elif sys.stdin.isatty():
        return str(typer.prompt(f"Value of {name}", hide_input=True))
    else:
        content = sys.stdin.buffer.read(secret.MOST_BYTES + 2).removesuffix(b"\n")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise InvalidInputError("Expected a value in UTF-8.") from error


def _path(name: str) -> str:
    return f"/secrets/{quote(name, safe='')}"
