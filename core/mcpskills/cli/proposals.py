"""`mcpskills proposals [ID]`: what waits to be merged into a registry, and what one of them changes."""

from typing import Annotated, Any

import typer

from mcpskills.cli.admin_client import DEFAULT_URL, AsJson, Url, ask, proposal_path
from mcpskills.cli.tables import evaluation, print_fields, print_json, print_line, print_table, second
from mcpskills.validation.reports.report import counted

_COMMIT_DIGITS = 12


def proposals(
    which: Annotated[str | None, typer.Argument(metavar="[ID]", help="One proposal, with what it changes.")] = None,
    *,
    diff: Annotated[bool, typer.Option("--diff", help="Show the changed lines, not only how many there are.")] = False,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """List the open proposals, or show how one differs from what is live.

    Example: `mcpskills proposals update-pdf-forms-1f2e3d4c --diff`
    """
    if which is None:
        _list(url, as_json=as_json)
        return
    shown = ask(url, "GET", proposal_path(which))
    if as_json:
        print_json(shown)
        return
    print_fields(_fields(shown))
    _print_findings(shown["findings"])
    for skill in shown["skills"]:
        _show(skill, diff=diff)
    for path in shown["elsewhere"]:
        print_line(f"also changed: {path}")
    if shown["left_out"]:
        print_line(f"{shown['left_out']} more folders or files are not shown here.", "bold")


def _list(url: str, *, as_json: bool) -> None:
    rows = _all(url)
    if as_json:
        print_json({"proposals": rows})
    elif rows:
        columns = ("Proposal", "Title", "Author", "Opened", "Commit", "Rules", "Approved")
        print_table(columns, map(_row, rows), whole=("Proposal",))
    else:
        print_line("No proposal is open.")


def _all(url: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = ask(url, "GET", "/proposals", params={"cursor": cursor} if cursor else {})
        rows += page["proposals"]
        cursor = page["next_cursor"]
        if cursor is None:
            return rows


def _row(proposal: dict[str, Any]) -> tuple[Any, ...]:
    commit = proposal["commit"][:_COMMIT_DIGITS]
    approved = {True: "yes", False: "no", None: None}[proposal["approved"]]
    about = (proposal["id"], proposal["title"], proposal["author"], second(proposal["opened_at"]), commit)
    return (*about, _check(proposal["check"]), approved)


def _check(check: dict[str, Any]) -> str:
    """What the rules say, as far as the server knows."""
    counts = [(check["errors"], "error"), (check["warnings"], "warning")]
    said = ", ".join(counted(count, noun) for count, noun in counts if count)
    return f"{check['status']}: {said}" if said else check["status"]


def _fields(shown: dict[str, Any]) -> list[tuple[str, Any]]:
    ending = shown["ending"] or {}
    said = [f"{yes['by']}: {yes['comment']}".rstrip(": ") for yes in shown["approvals"]]
    return [
        ("Proposal", shown["id"]),
        ("Title", shown["title"]),
        ("State", shown["state"]),
        ("Author", shown["author"]),
        ("Opened", second(shown["opened_at"])),
        ("Commit", shown["commit"]),
        ("Approved", "yes" if shown["approved"] else "no"),
        ("Approvals", said),
        ("Ended by", ending.get("by")),
        ("Comment", ending.get("comment")),
        ("Page", shown["url"]),
        ("Rules", "none keeps it from going live" if shown["ok"] else "refused"),
    ]


def _show(skill: dict[str, Any], *, diff: bool) -> None:
    print_line()
    beside = f"version {skill['live_version']} is live" if skill["live_version"] else "none is live"
    print_line(f"{skill['change']}: {skill['path']} ({beside})", "bold")
    _print_findings(skill["findings"])
    _print_evaluation(skill["evaluation"])
    for file in skill["files"]:
        for line in file["diff"].split("\n") if diff and file["diff"] else ():
            print_line(line, _STYLES.get(line[:1], ""))
        print_line("  " + _summary(file))


def _print_findings(findings: list[dict[str, Any]]) -> None:
    for finding in findings:
        place = ":".join(str(part) for part in (finding["path"], finding["line"]) if part is not None)
        print_line(f"{finding['severity']}: {place}: {finding['message']} ({finding['code']})")


def _print_evaluation(found: dict[str, Any] | None) -> None:
    if found is not None:
        print_line(f"evals: {evaluation(found)}")
        for failure in found["failures"]:
            print_line(f"  failed: {failure}")


def _summary(file: dict[str, Any]) -> str:
    """A file in one line: how many lines came and went, and what the differences do not tell."""
    lines = file["diff"].splitlines()[_HEADER_LINES:]
    added, removed = (sum(line.startswith(sign) for line in lines) for sign in "+-")
    lines_of = f" (+{added} -{removed})" if lines else ""
    note = f": {file['note']}" if file["note"] else ""
    return f"{file['change']}: {file['path']}{lines_of}{note}"


_HEADER_LINES = 2
"""Of a difference: the file's name before and after."""

_STYLES = {"+": "green", "-": "red", "@": "cyan"}
