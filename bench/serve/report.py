"""What was measured as a table for a terminal, as a part of the README, and as JSON."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from asks import ERAS
from corpus import ROOT
from goals import AMONG, GOALS, headline
from peers import PEERS
from rich import box
from rich.console import Console
from rich.table import Table
from rounds import Figures

README: Final = ROOT / "README.md"
BEGIN: Final = "<!-- make bench NAME=serve ARGS=--write-readme writes from here -->"
END: Final = "<!-- to here -->"
COLUMNS: Final = (
    "skills",
    "request",
    "era",
    "conns",
    "server",
    "req/s",
    "p50 ms",
    "p99 ms",
    "CPU µs",
    "MB",
    "ready s",
    "first answer s",
    "others",
)


@dataclass(frozen=True)
class Setting:
    """Under what circumstances it was measured."""

    machine: str
    versions: str
    command: str
    load_average: float
    seconds: float

    def sentence(self, figures: Sequence[Figures]) -> str:
        others = sorted(each.others for each in figures)
        return (
            f"{self.machine}; {self.versions}; one process each, on a core of its own, the load on another; medians; "
            f"other processes used {others[len(others) // 2]:.1f} cores meanwhile (most: {others[-1]:.1f}), "
            f"load average at the start {self.load_average:.1f}."
        )


def show(figures: Sequence[Figures], setting: Setting) -> None:
    """One table, then the goals, then how it was measured."""
    console = Console(width=160)
    table = Table(*COLUMNS, box=box.SIMPLE)
    for column in table.columns[5:]:
        column.justify = "right"
    before = None
    for each in figures:
        if before not in {None, (each.skills, each.request, each.era)}:
            table.add_section()
        before = (each.skills, each.request, each.era)
        table.add_row(*_cells(each))
    console.print(table)
    goals = Table("goal", "measured", "the worst of all requests", "", box=box.SIMPLE)
    for row in _goals(figures):
        goals.add_row(*row)
    console.print(goals)
    console.print(setting.sentence(figures), soft_wrap=True)
    failed = [each for each in figures if each.failed]
    for each in failed:
        console.print(
            f"{each.failed} requests failed: {each.server}, {each.request}, {each.era}, {each.connections} connections"
        )


def write_json(path: Path, figures: Sequence[Figures], setting: Setting) -> None:
    rows = [each.row() for each in figures]
    path.write_text(json.dumps({"setting": asdict(setting), "figures": rows}, indent=1, ensure_ascii=False) + "\n")


def write_readme(figures: Sequence[Figures], setting: Setting, readme: Path = README) -> None:
    """Put the short tables between the marks. Raises `SystemExit` where the marks are not."""
    text = readme.read_text()
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise SystemExit(f"error: {readme} has no lines {BEGIN!r} and {END!r} to write between.")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    readme.write_text(f"{before}{BEGIN}\n{markdown(figures, setting)}{END}{after}")


def markdown(figures: Sequence[Figures], setting: Setting) -> str:
    """`load_skill` by server, then by registry, then the goals."""
    first, second = (era.version for era in ERAS)
    head = [
        "`load_skill`, 16 connections",
        f"req/s {first}",
        f"req/s {second}",
        "p50 / p99 ms",
        "CPU µs a request",
        "MB",
        "start to ready",
    ]
    sizes = sorted({each.skills for each in figures})
    chosen = [(AMONG, peer.name) for peer in PEERS] + [(size, PEERS[0].name) for size in sizes if size != AMONG]
    rows = [row for skills, server in chosen if (row := _readme_row(figures, skills, server))]
    goals = _markdown(["Goal", "Measured", "Worst of all requests", ""], _goals(figures))
    said = f"[How it is measured](bench/serve/README.md): `{setting.command}`, {setting.sentence(figures)}"
    said += f" MB are after the load; p50, p99 and CPU those of {second}."
    return "\n" + _markdown(head, rows) + "\n" + goals + f"\n{said}\n\n"


def _readme_row(figures: Sequence[Figures], skills: int, server: str) -> list[str] | None:
    found = {each.era: each for each in headline(figures) if (each.skills, each.server) == (skills, server)}
    if len(found) < len(ERAS):
        return None
    first, second = (found[era.version] for era in ERAS)
    return [
        f"{server}, {skills:,} skills",
        f"{first.per_second:,.0f}",
        f"{second.per_second:,.0f}",
        f"{second.p50:.1f} / {second.p99:.1f}",
        f"{second.cpu_us:,.0f}",
        f"{second.mb:.0f}",
        f"{second.ready:.2f} s",
    ]


def _goals(figures: Sequence[Figures]) -> list[list[str]]:
    rows = []
    for goal in GOALS:
        reached = goal.reached(figures)
        if reached is None:
            rows.append([goal.said, "not measured", "", ""])
        else:
            rows.append([goal.said, reached.value, reached.where, "reached" if reached.good else "missed"])
    return rows


def _cells(each: Figures) -> list[str]:
    return [
        f"{each.skills:,}",
        each.request,
        each.era,
        str(each.connections),
        each.server,
        *_times(each),
        f"{each.mb:.0f}",
        f"{each.ready:.2f}",
        f"{each.first_answer:.2f}",
        f"{each.others:.1f}",
    ]


def _times(each: Figures) -> list[str]:
    if not each.answered:
        return ["none", "", "", ""]
    return [f"{each.per_second:,.0f}", f"{each.p50:,.2f}", f"{each.p99:,.2f}", f"{each.cpu_us:,.0f}"]


def _markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
