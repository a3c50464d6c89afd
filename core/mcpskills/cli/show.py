"""`mcpskills show NAME`: everything about one skill of a running server."""

from typing import Annotated, Any

import typer

from mcpskills.cli.admin_client import DEFAULT_URL, AsJson, Url, ask, skill_path
from mcpskills.cli.tables import evaluation, hold, print_fields, print_json, print_line, print_table, second, standing


def show(
    name: Annotated[str, typer.Argument(help="The skill's name.")],
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Show a skill: what is live, what Git wants, why they differ, and its files."""
    skill = ask(url, "GET", skill_path(name))
    if as_json:
        print_json(skill)
        return
    print_fields(_fields(skill))
    if skill["files"]:
        print_line()
        print_table(
            ("File", "Kind", "Bytes", "Executable"),
            (
                (file["path"], file["kind"], file["size"], "yes" if file["executable"] else "")
                for file in skill["files"]
            ),
        )


def _fields(skill: dict[str, Any]) -> list[tuple[str, Any]]:
    version = skill["version"] or {}
    ruled = standing(skill["wanted_standing"])
    return [
        ("Name", skill["name"]),
        ("Status", skill["status"]),
        ("Description", skill["description"]),
        ("Live version", skill["live_version"] or "none"),
        ("Wanted by Git", f"{skill['wanted_version']} ({ruled})" if ruled else skill["wanted_version"]),
        ("Hold", hold(skill["hold"])),
        ("Refused", skill["load_error"]),
        ("Seen by", skill["groups"]),
        ("Label", skill["label"]),
        ("Author", skill["author"]),
        ("License", skill["license"]),
        ("Compatibility", skill["compatibility"]),
        ("Tags", skill["tags"]),
        ("Allowed tools", skill["allowed_tools"]),
        ("Model", skill["model"]),
        ("Context", skill["context"]),
        ("Folder", skill["path"]),
        ("Commit", version.get("commit")),
        ("Digest", version.get("digest")),
        ("Published", version and second(version["published_at"])),
        ("Evals", evaluation(version.get("evaluation"))),
        ("Generation", skill["generation"]),
        *(("Failed", failure) for failure in (version.get("evaluation") or {}).get("failures", ())),
    ]
