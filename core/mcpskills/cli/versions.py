"""`mcpskills versions NAME`: what was ever published of a skill."""

from typing import Annotated, Any

import typer

from mcpskills.cli.admin_client import DEFAULT_URL, AsJson, Url, ask, skill_path
from mcpskills.cli.tables import evaluation, print_json, print_line, print_table, second, standing

_COMMIT_DIGITS = 12


def versions(
    name: Annotated[str, typer.Argument(help="The skill's name.")],
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """List the versions of a skill, the newest first, with the commits that they came from."""
    answer = ask(url, "GET", skill_path(name, "versions"))
    if as_json:
        print_json(answer)
        return
    if answer["deleted"]:
        print_line(f"{answer['name']} was deleted from the registry repository; its versions are kept.")
    print_table(
        ("Version", "State", "Label", "Published", "Commit", "Author", "Files", "Bytes", "Evals"),
        map(_row, answer["versions"]),
    )


def _row(version: dict[str, Any]) -> tuple[Any, ...]:
    place = "live" if version["live"] else "wanted" if version["wanted"] else ""
    state = ", ".join(filter(None, (place, standing(version["standing"]))))
    return (
        version["number"],
        state,
        version["label"],
        second(version["published_at"]),
        version["commit"][:_COMMIT_DIGITS],
        version["author"],
        version["files"],
        version["size"],
        evaluation(version["evaluation"]) or "",
    )
