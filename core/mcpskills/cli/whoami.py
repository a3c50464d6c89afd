"""`mcpskills whoami`: who a running server takes the caller for."""

from mcpskills.cli.admin_client import DEFAULT_URL, AsJson, Url, ask
from mcpskills.cli.tables import print_fields, print_json


def whoami(*, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """Show who calls: tenant, roles, the scopes that count, groups and plan."""
    me = ask(url, "GET", "/me")
    if as_json:
        print_json(me)
        return
    print_fields((field, "yes" if value is True else value or None) for field, value in me.items())
