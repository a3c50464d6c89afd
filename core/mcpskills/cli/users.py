"""`mcpskills users`: what a running server knows of the users of an identity provider."""

from typing import Annotated, Any

import typer

from mcpskills.access import Role
from mcpskills.cli.admin_client import DEFAULT_URL, AsJson, Url, all_pages, ask, condition, user_path
from mcpskills.cli.keys import IfRevision
from mcpskills.cli.tables import print_json, print_line, print_table, second

app = typer.Typer(no_args_is_help=True, help="Say what is to be known of users beside what their tokens say.")

Subject = Annotated[str, typer.Argument(help="Whom the provider means: the claim `sub` of their tokens.")]
Issuer = Annotated[
    str, typer.Option("--issuer", metavar="URL", help="Which provider: the claim `iss` of their tokens.")
]


@app.command("list")
def list_users(*, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """List the users of whom something is kept."""
    users, last = all_pages(url, "/users", "users")
    if as_json:
        print_json({"users": users, "revision": last["revision"]})
    elif users:
        print_table(("Subject", "Name", "Issuer", "Roles", "Groups", "Last seen", "Disabled"), map(_row, users))
        print_line(f"Revision {last['revision']}", "dim")
    else:
        print_line("Nothing is kept of any user.")


@app.command("set")
def set_user(
    subject: Subject,
    *,
    issuer: Issuer,
    name: Annotated[str, typer.Option(help="For people.")],
    role: Annotated[list[Role] | None, typer.Option("--role", help="A role; may be given several times.")] = None,
    group: Annotated[list[str] | None, typer.Option("--group", help="A group; may be given several times.")] = None,
    plan: Annotated[str | None, typer.Option(help="The plan of their rate limits.")] = None,
    disabled: Annotated[bool, typer.Option("--disabled", help="Shut them out, whatever their tokens say.")] = False,
    if_revision: IfRevision = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Say all that is to be known of a user, new or not; what is left out is nothing.

    Example: `mcpskills users set b7c0a5de --issuer https://login.example.org --name "Grace" --role publisher`
    """
    wanted = {
        "name": name,
        "roles": [each.value for each in role or ()],
        "groups": group or [],
        "plan": plan,
        "disabled": disabled,
    }
    headers = condition(if_revision)
    answer = ask(url, "PUT", user_path(subject), params={"issuer": issuer}, json=wanted, headers=headers)
    if as_json:
        print_json(answer)
        return
    user = answer["user"]
    said = "is disabled" if user["disabled"] else f"has {', '.join(user['roles']) or 'no roles'}"
    print_line(f"{user['name']} ({subject}) {said}{'' if answer['changed'] else ' already'}.")


@app.command("remove")
def remove_user(
    subject: Subject,
    *,
    issuer: Issuer,
    if_revision: IfRevision = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Forget what is kept of a user. Their tokens go on giving what they give; `set --disabled` shuts somebody out."""
    headers = condition(if_revision)
    answer = ask(url, "DELETE", user_path(subject), params={"issuer": issuer}, headers=headers)
    if as_json:
        print_json(answer)
        return
    print_line(f"Nothing is kept of {answer['user']['name']} ({subject}) any more.")


def _row(user: dict[str, Any]) -> tuple[Any, ...]:
    seen = user["last_used_at"] and second(user["last_used_at"])
    disabled = "yes" if user["disabled"] else ""
    return (user["subject"], user["name"], user["issuer"], user["roles"], user["groups"], seen, disabled)
