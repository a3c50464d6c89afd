"""docs/roles.md holds the tables that follow from the roles and from what each route, method and tool needs."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from mcpskills.access import ROLES, Role, Scope
from mcpskills_server.auth import rights
from mcpskills_server.auth.rights import Free, Right
from whole_server import rights_of, whole

PAGE = (Path(__file__).parents[2] / "docs" / "roles.md").read_text(encoding="utf-8")


def needs(root: Path) -> Iterator[tuple[str, Right | None]]:
    """What every way in is called, and what it needs."""
    with whole(root) as application:
        yield from ((f"`{route}`", right) for route, right in rights_of(application).items())
    yield from ((f"`{method}`", right) for method, right in rights.METHODS.items())
    yield from ((f"tool `{name}`", right) for name, right in rights.TOOLS.items())


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = tuple(heads)
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, ("---",) * len(heads), *rows))


def test_the_table_of_roles_is_that_of_the_code():
    rows = [(f"`{scope}`", *("yes" if scope in ROLES[role] else "" for role in Role)) for scope in Scope]

    assert table(("Scope", *(f"`{role}`" for role in Role)), rows) in PAGE


def test_the_table_of_scopes_names_all_that_each_opens(tmp_path):
    assert scopes(tmp_path) in PAGE


def scopes(root: Path) -> str:
    opened: dict[Right, list[str]] = {right: [] for right in (*Scope, *Free)}
    for what, right in needs(root):
        if right is not None:
            opened[right].append(what)
    named = [
        (f"`{right}`" if isinstance(right, Scope) else f"*{right}*", ", ".join(all_of))
        for right, all_of in opened.items()
    ]
    return table(("Scope", "Opens"), named)
