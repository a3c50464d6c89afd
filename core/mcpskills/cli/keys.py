"""`mcpskills keys`: the API keys of a running server."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from mcpskills.access import Role, Scope
from mcpskills.cli.admin_client import DEFAULT_URL, AsJson, Url, all_pages, ask, condition, key_path
from mcpskills.cli.bootstrap import bootstrap
from mcpskills.cli.tables import print_fields, print_json, print_line, print_table, second

app = typer.Typer(no_args_is_help=True, help="Make, show, rotate and revoke the API keys of a running server.")
app.command("bootstrap")(bootstrap)

Id = Annotated[str, typer.Argument(help="The key's id, its part that is no secret.")]
Days = Annotated[
    int | None, typer.Option("--days", min=1, max=3650, help="How long it is good for; for ever if left out.")
]
IfRevision = Annotated[
    int | None,
    typer.Option("--if-revision", min=0, help="Change nothing unless this is the revision of keys and users still."),
]


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="For people: who or what calls by it.")],
    *,
    role: Annotated[list[Role], typer.Option("--role", help="What it is; may be given several times.")],
    scope: Annotated[
        list[Scope] | None, typer.Option("--scope", help="Of the roles' scopes only these; may be given several times.")
    ] = None,
    group: Annotated[list[str] | None, typer.Option("--group", help="A group; may be given several times.")] = None,
    plan: Annotated[str | None, typer.Option(help="The plan of its rate limits.")] = None,
    days: Days = None,
    if_revision: IfRevision = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Make a key and print its secret, which nobody can show again.

    Example: `mcpskills keys create "CI of the office" --role developer --scope proposals:write --days 90`
    """
    wanted = {
        "name": name,
        "roles": [each.value for each in role],
        "scopes": [each.value for each in scope or ()],
        "groups": group or [],
        "plan": plan,
        "expires_at": _moment(days),
    }
    _made(ask(url, "POST", "/keys", json=wanted, headers=condition(if_revision)), as_json=as_json)


@app.command("list")
def list_keys(*, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """List the keys in the order of their making; those that expired are gone."""
    keys, last = all_pages(url, "/keys", "keys")
    if as_json:
        print_json({"keys": keys, "revision": last["revision"]})
    elif keys:
        columns = ("Id", "Name", "Roles", "Only", "Groups", "Expires", "Last used", "Status")
        print_table(columns, map(_row, keys), whole=("Id",))
        print_line(f"Revision {last['revision']}", "dim")
    else:
        print_line("There is no key yet; `mcpskills keys create NAME --role ROLE` makes one.")


@app.command("show")
def show(which: Id, *, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """Show a key: what it may, who made it, when it was last used, and who revoked it and why."""
    key = ask(url, "GET", key_path(which))
    if as_json:
        print_json(key)
        return
    print_fields((field.replace("_", " "), value) for field, value in key.items())


@app.command("rotate")
def rotate(
    which: Id,
    *,
    overlap_hours: Annotated[
        float, typer.Option("--overlap-hours", min=0, max=720, help="How long the old one is good for beside it.")
    ] = 24.0,
    days: Days = None,
    if_revision: IfRevision = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Make a key with all that this one has, and print its secret. After the overlap the old one expires."""
    wanted = {"overlap_seconds": round(overlap_hours * 3600), "expires_at": _moment(days)}
    answer = ask(url, "POST", key_path(which, "rotate"), json=wanted, headers=condition(if_revision))
    _made(answer, as_json=as_json)


@app.command("revoke")
def revoke(
    which: Id,
    *,
    reason: Annotated[str, typer.Option(help="Why, for the audit and for who wonders.")],
    if_revision: IfRevision = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Refuse a key from now on, on every replica within two seconds.

    Example: `mcpskills keys revoke V1StGXR8Z5jd --reason "It stood in a log."`
    """
    answer = ask(url, "DELETE", key_path(which), params={"reason": reason}, headers=condition(if_revision))
    if as_json:
        print_json(answer)
        return
    key = answer["key"]
    print_line(f"{key['name']} ({which}) is revoked{'' if answer['changed'] else ' already'}: {key['revoked_because']}")


def _made(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    key = answer["key"]
    ends = f", until {second(key['expires_at'])}" if key["expires_at"] else ""
    print_line(f"{key['name']} ({key['id']}) may call{ends}. Its key, which is shown this once:")
    print_line(answer["secret"], "bold")


def _moment(days: int | None) -> str | None:
    return None if days is None else (datetime.now(UTC) + timedelta(days=days)).isoformat(timespec="seconds")


def _row(key: dict[str, Any]) -> tuple[Any, ...]:
    status = f"revoked: {key['revoked_because']}" if key["status"] == "revoked" else key["status"]
    moments = (key["expires_at"] and second(key["expires_at"]), key["last_used_at"] and second(key["last_used_at"]))
    return (key["id"], key["name"], key["roles"], key["scopes"], key["groups"], *moments, status)
