"""`mcpskills propose FOLDER|ZIP`: open a proposal with a skill as it is on this machine."""

import io
import zipfile
from pathlib import Path
from typing import Annotated

import typer

from mcpskills.adapters import folders
from mcpskills.cli.admin_client import DEFAULT_URL, AsJson, Url, ask
from mcpskills.cli.tables import print_json, print_line
from mcpskills.errors import InvalidInputError
from mcpskills.folder import Entry, SkillFolder
from mcpskills.printable import quoted

_PATH = 200


def propose(
    skill: Annotated[Path, typer.Argument(help="The skill's folder, or a zip of it.", exists=True)],
    *,
    title: Annotated[str | None, typer.Option(help="What the proposal is called.")] = None,
    message: Annotated[str, typer.Option("--message", "-m", help="Why, for whoever reviews it.")] = "",
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Propose a skill to the registry of a running server, as an upload does.

    Example: `mcpskills propose skills/pdf-forms --message "Readers asked for tables."`

    Nothing is served before the proposal is merged. A skill that breaks rules is refused.
    """
    content = _zipped(folders.read(skill, skill.resolve().name)) if skill.is_dir() else skill.read_bytes()
    params = {"message": message, **({"title": title} if title else {})}
    sent = {"file": ("skill.zip", content, "application/zip")}
    answer = ask(url, "POST", "/skills/upload", files=sent, params=params)
    if as_json:
        print_json(answer)
        return
    proposal = answer["proposal"]
    verb = "puts" if answer["created"] else "is open already and puts"
    print_line(f"Proposal {proposal['id']} {verb} the skill into {answer['folder']}: {proposal['title']}")
    for finding in answer["findings"]:
        print_line(f"{finding['severity']}: {finding['path']}: {finding['message']} ({finding['code']})")
    print_line(f"Look at it with `mcpskills proposals {proposal['id']}`.")


def _zipped(folder: SkillFolder) -> bytes:
    """The folder with its name around it. Raises `InvalidInputError` for what a zip of a skill may not hold."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, entry in folder.entries.items():
            _check(path, entry)
            item = zipfile.ZipInfo(f"{folder.name}/{path}")
            item.compress_type = zipfile.ZIP_DEFLATED
            item.external_attr = (0o100755 if entry.executable else 0o100644) << 16
            archive.writestr(item, entry.content)
    return content.getvalue()


def _check(path: str, entry: Entry) -> None:
    if not entry.is_file:
        raise InvalidInputError(f"{quoted(path, _PATH)} is a {entry.kind}; a skill holds files only.")
    if entry.size != len(entry.content):
        raise InvalidInputError(f"{quoted(path, _PATH)} has {entry.size} bytes, which is more than any registry takes.")
