"""A registry with a past: skills, proposals, a journal of calls and the figures of these, written by the product's own adapters.

Run as a program, it makes one and ends; so the memory that it takes is given back: `python past.py FOLDER 10000 1000000`.
"""

import itertools
import random
import shutil
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1] / "serve"))

import corpus
import proposed

from catalog_builders import TENANT
from key_builders import keep_key
from mcpskills import package
from mcpskills.access import Role
from mcpskills.adapters import backends
from mcpskills.adapters.directory import DirectoryPackageStore
from mcpskills.adapters.sqlite.journal import SqliteJournal
from mcpskills.adapters.sqlite.statistics import SqliteStatistics
from mcpskills.journal import Invocation, InvocationStatus, invocation_id
from mcpskills.settings import Settings
from mcpskills.statistics import packing
from mcpskills.statistics.figures import OpenFigures
from mcpskills.statistics.packing import Row
from mcpskills.statistics.sheet import DAY, HOUR, OPEN, Kind, Sheet, day_of, hour_of, part_of
from mcpskills_server.statistics.folding import fold

BATCH: Final = 10_000
DAYS: Final = 90
KEYS: Final = 500
SHOWN: Final = 42
"""The number of the skill that is looked at; it and those before it have their packages."""

_JOURNAL: Final = timedelta(days=29, hours=20)
_PRINCIPALS: Final = tuple(f"key:{number:012x}" for number in range(KEYS))
_STATUSES: Final = tuple(InvocationStatus)
_SHARES: Final = (97, 2, 1)
_RESULT: Final = '{"content":[{"type":"text","text":"' + "What the skill says. " * 20 + '"}]}'


@dataclass(frozen=True, slots=True)
class Call:
    at: float
    principal: str
    status: InvocationStatus
    duration: float


def make(folder: Path, skills: int, records: int) -> None:
    """All of it, in the data directory `folder`; `owner` in it has the key of one."""
    subprocess.run([sys.executable, corpus.__file__, str(skills)], check=True)
    made = corpus.of(skills)
    shutil.copytree(made.data, folder, dirs_exist_ok=True)
    first = list(itertools.islice(corpus.folders(skills), SHOWN + proposed.PROPOSALS))
    store = DirectoryPackageStore(folder / "packages")
    for built in map(package.build, first[: SHOWN + 1]):
        store.put(built.digest, built.archive)
    proposed.commit(folder / "registry.git", corpus.folders(skills))
    proposed.propose(folder / "registry.git", first[SHOWN:])
    settings = Settings(data=folder)
    with backends.principals(settings) as principals:
        peppers = backends.peppers(settings)
        for _ in range(KEYS):
            keep_key(principals, peppers, Role.VIEWER)
        (folder / "owner").write_text(keep_key(principals, peppers).text)
    now = datetime.now(UTC)
    with closing(SqliteJournal(folder / "journal.sqlite")) as journal:
        record(journal, skills, records, now)
    with closing(SqliteStatistics(folder / "statistics.sqlite")) as statistics:
        count(statistics, skills, records, now)


def record(journal: SqliteJournal, skills: int, records: int, now: datetime) -> None:
    """As many for some skills as for a thousand others, in the order of time."""
    names = [corpus.name(number) for number in range(skills)]
    weights = list(itertools.accumulate(1 / (number + 1) for number in range(skills)))
    for start in range(0, records, BATCH):
        size = min(BATCH, records - start)
        chosen = random.choices(names, cum_weights=weights, k=size)
        journal.append(
            [_invocation(now - _JOURNAL * (1 - (start + at) / records), name) for at, name in enumerate(chosen)]
        )


def _invocation(at: datetime, name: str) -> Invocation:
    call = _call(at)
    return Invocation(
        tenant=TENANT,
        id=invocation_id(at),
        method="tools/call",
        status=call.status,
        duration=call.duration,
        principal=call.principal,
        skill=name,
        version=1,
        parameters=f'{{"name":"load_skill","arguments":{{"name":"{name}"}}}}',
        result=_RESULT,
        error=None if call.status is InvocationStatus.SUCCESS else "It took longer than 30 s.",
        client_address="192.0.2.7",
        user_agent="a client/1.0",
    )


def _call(at: datetime) -> Call:
    status = random.choices(_STATUSES, _SHARES)[0]
    return Call(at.timestamp(), random.choice(_PRINCIPALS), status, random.lognormvariate(-5, 1))


def count(statistics: SqliteStatistics, skills: int, records: int, now: datetime) -> None:
    """Every skill called as often on each of ninety days; as many calls in a month as there are records."""
    a_day = max(1, records // 30)
    parts: dict[str, list[Row]] = {}
    for number in range(skills):
        parts.setdefault(part_of(corpus.name(number)), []).append(Row(corpus.name(number), 1))
    today, hour = day_of(now), hour_of(now)
    for back in range(DAYS):
        start = today - back * DAY
        _put(statistics, parts, (Kind.DAY, start, min(start + DAY, hour)), (a_day, 1.0))
    for back in range(1, 26):
        start = hour - back * HOUR
        _put(statistics, parts, (Kind.HOUR, start, start + HOUR), (a_day // 24, min(1.0, a_day / 24 / skills)))
    fold(statistics, TENANT, now)


def _put(
    statistics: SqliteStatistics,
    parts: dict[str, list[Row]],
    place: tuple[Kind, datetime, datetime],
    amount: tuple[int, float],
) -> None:
    """Sheets of one hour or day: so many calls in all, of such a share of skills."""
    kind, start, until = place
    calls, share = amount
    skills = sum(map(len, parts.values()))
    samples = [_figures(start, max(1, round(calls / skills / share))) for _ in range(50)]
    for part, rows in parts.items():
        called = {row: random.choice(samples) for row in rows if random.random() < share}
        statistics.put(TENANT, packing.written(called, Sheet(part, kind, start, until)))
    totals = {packing.NOBODYS: _figures(start, calls)}
    statistics.put(TENANT, packing.written(totals, Sheet(OPEN, kind, start, until)))


def _figures(at: datetime, calls: int) -> OpenFigures:
    figures = OpenFigures("00")
    for _ in range(calls):
        figures.observe(_call(at))
    return figures


if __name__ == "__main__":
    random.seed(7)
    make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
