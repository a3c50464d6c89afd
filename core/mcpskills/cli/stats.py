"""`mcpskills stats [NAME]`: how skills are used."""

from typing import Annotated, Any

import typer

from mcpskills.cli.admin_client import DEFAULT_URL, AsJson, Url, ask, skill_path
from mcpskills.cli.tables import print_fields, print_json, print_line, print_table, second
from mcpskills.statistics.periods import Period

_COLUMNS = ("Calls", "Errors", "Users", "p50 ms", "p95 ms", "p99 ms")


def stats(
    name: Annotated[str | None, typer.Argument(help="One skill, by its versions; all together without.")] = None,
    period: Annotated[Period, typer.Option(help="Until now: 24 hours, or so many days with today.")] = Period.DAYS_7,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Show how skills are used: calls, errors, users, and how long calls took."""
    path = "/statistics" if name is None else skill_path(name, "statistics")
    answer = ask(url, "GET", path, params={"period": period.value})
    if as_json:
        print_json(answer)
        return
    _print_whole(answer)
    if name is None:
        _print_skills(answer["top_skills"])
    else:
        _print_versions(answer)
    step = "Hour" if period is Period.HOURS_24 else "Day"
    print_table(
        (step, *_COLUMNS), [(second(slot["at"]), *_figures(slot)) for slot in answer["series"] if slot["calls"]]
    )


def _print_whole(answer: dict[str, Any]) -> None:
    since = f"since {second(answer['since'])}"
    print_fields(
        [
            ("calls", f"{answer['calls']} {since}"),
            ("errors", f"{answer['errors']} ({answer['error_rate']:.1%}), {answer['timeouts']} of them timeouts"),
            ("users", answer["users"]),
            *((f"{name} ms", answer[f"{name}_ms"]) for name in ("p50", "p95", "p99")),
        ]
    )


def _print_skills(skills: list[dict[str, Any]]) -> None:
    print_line()
    rows = [(each["skill"], each["calls"], each["errors"], each["users"], each["p95_ms"]) for each in skills]
    print_table(("Skill", "Calls", "Errors", "Users", "p95 ms"), rows)
    print_line()


def _print_versions(answer: dict[str, Any]) -> None:
    print_line()
    rows = [
        (each["version"], each["calls"], f"{each['error_rate']:.1%}", each["users"], each["p95_ms"])
        for each in answer["versions"]
    ]
    print_table(("Version", "Calls", "Error rate", "Users", "p95 ms"), rows)
    print_line()
    print_table(("Live", "By", "Version", "Before", "After"), map(_move, answer["publishes"]))
    print_line()


def _move(move: dict[str, Any]) -> tuple[Any, ...]:
    return (second(move["at"]), move["kind"], move["version"], _compared(move["before"]), _compared(move["after"]))


def _compared(found: dict[str, Any] | None) -> str | None:
    if found is None:
        return None
    return f"{found['calls']} calls, {found['error_rate']:.1%} errors, p95 {found['p95_ms'] or '-'} ms"


def _figures(slot: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(slot[key] for key in ("calls", "errors", "users", "p50_ms", "p95_ms", "p99_ms"))
