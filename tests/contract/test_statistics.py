"""What `ports.Statistics` promises."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from catalog_builders import NOON, TENANT, Clock
from mcpskills.ports import Statistics
from mcpskills.statistics.sheet import DAY, HOUR, OPEN, PARTS, RESTRICTED, Kind, Sheet
from statistics_builders import a_sheet

ALL_PARTS = (*PARTS, OPEN, RESTRICTED)


def read(
    statistics: Statistics,
    kind: Kind = Kind.HOUR,
    parts: Iterable[str] = ALL_PARTS,
    *,
    since: datetime = NOON - DAY,
    until: datetime = NOON + DAY,
    tenant: str = TENANT,
) -> list[Sheet]:
    """In the order of their places."""
    found = statistics.read(tenant, kind, list(parts), since=since, until=until)
    return sorted(found, key=lambda sheet: (sheet.part, sheet.start, sheet.writer, sheet.leaf))


def test_a_sheet_is_read_as_it_was_put(statistics: Statistics):
    sheets = [a_sheet(part="3f", kind=kind, until=NOON + HOUR, leaf=3) for kind in Kind]

    statistics.put(TENANT, sheets)

    assert [sheet for kind in Kind for sheet in read(statistics, kind)] == sheets


def test_a_sheet_takes_the_place_of_the_one_before_and_of_no_other(statistics: Statistics):
    others = [a_sheet(part="01"), a_sheet(NOON + HOUR), a_sheet(leaf=1), a_sheet(kind=Kind.DAY)]
    statistics.put(TENANT, [a_sheet(), *others])

    later = a_sheet(until=NOON + 2 * HOUR, body=b"another body")
    statistics.put(TENANT, [a_sheet(body=b"nobody's"), later])

    assert read(statistics, parts=["00"]) == [later, others[2], others[1]]
    assert read(statistics, parts=["01"]) == [others[0]]
    assert read(statistics, Kind.DAY) == [others[3]]


def test_a_sheet_that_counts_less_far_takes_no_place(statistics: Statistics):
    further = a_sheet(kind=Kind.DAY, until=NOON + 2 * HOUR)
    statistics.put(TENANT, [further])

    statistics.put(TENANT, [a_sheet(kind=Kind.DAY, until=NOON + HOUR, body=b"slow"), a_sheet(part="01")])

    assert read(statistics, Kind.DAY) == [further]
    assert read(statistics) == [a_sheet(part="01")]


def test_what_several_processes_write_in_one_hour_stands_side_by_side(statistics: Statistics):
    written = [
        a_sheet(part=part, kind=Kind.WRITING, writer=writer, body=f"{part} of {writer}".encode())
        for part in ("00", "2a", OPEN, RESTRICTED)
        for writer in ("a", "b", "c")
    ]
    statistics.put(TENANT, [a_sheet(NOON - DAY, kind=Kind.WRITING, part="2a", writer="a")])

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda sheet: statistics.put(TENANT, [sheet]), written))

    assert read(statistics, Kind.WRITING, since=NOON) == written
    assert read(statistics, Kind.WRITING, ["2a"], since=NOON) == written[3:6]
    assert read(statistics, Kind.WRITING, ["2b"]) == []
    assert len(read(statistics, Kind.WRITING, ["2a"])) == 4


@pytest.mark.parametrize("kind", [Kind.HOUR, Kind.WRITING])
def test_a_period_counts_its_beginning_in_and_its_end_out(statistics: Statistics, kind: Kind):
    sheets = [a_sheet(NOON + number * HOUR, kind=kind) for number in range(5)]
    statistics.put(TENANT, [*sheets, a_sheet(NOON + DAY, kind=kind)])

    assert read(statistics, kind, since=NOON + HOUR, until=NOON + 3 * HOUR) == sheets[1:3]
    assert read(statistics, kind, since=NOON + HOUR, until=NOON + HOUR) == []
    assert read(statistics, kind, since=NOON + timedelta(minutes=1), until=NOON + timedelta(minutes=61)) == [sheets[1]]


def test_without_parts_there_is_nothing(statistics: Statistics):
    statistics.put(TENANT, [a_sheet()])
    statistics.put(TENANT, [])

    assert read(statistics, parts=[]) == read(statistics, Kind.WRITING, []) == []


def test_more_sheets_than_go_into_one_request_are_kept(statistics: Statistics):
    sheets = [a_sheet(part=part, body=bytes(40_000)) for part in sorted(ALL_PARTS)]

    statistics.put(TENANT, sheets)

    assert read(statistics) == sheets


def test_many_sheets_of_one_place_are_all_read(statistics: Statistics):
    sheets = [a_sheet(kind=Kind.WRITING, writer=f"{number:02}", body=bytes(250_000)) for number in range(6)]

    statistics.put(TENANT, sheets)

    assert read(statistics, Kind.WRITING) == sheets


def test_tenants_have_statistics_of_their_own(statistics: Statistics):
    mine, foreign = a_sheet(), a_sheet(body=b"foreign")
    statistics.put(TENANT, [mine])
    statistics.put("acme#0", [foreign])

    assert read(statistics) == [mine]
    assert read(statistics, tenant="acme#0") == [foreign]
    assert read(statistics, tenant="acme") == []


def test_what_is_removed_is_gone_and_may_be_removed_again(statistics: Statistics):
    kept, removed = a_sheet(kind=Kind.WRITING, writer="a"), a_sheet(kind=Kind.WRITING, writer="b")
    statistics.put(TENANT, [kept, removed])

    statistics.remove(TENANT, [removed])
    statistics.remove(TENANT, [removed, replace(removed, part="07")])
    statistics.remove(TENANT, [])

    assert read(statistics, Kind.WRITING) == [kept]


@pytest.mark.parametrize("kind", [Kind.WRITING, Kind.DAY])
def test_nobody_gets_a_sheet_that_has_expired(statistics: Statistics, clock: Clock, kind: Kind):
    sheet = a_sheet(kind=kind)
    statistics.put(TENANT, [sheet])

    clock.pass_by((kind.kept - timedelta(seconds=1)).total_seconds())
    before = read(statistics, kind)
    clock.pass_by(1)
    statistics.put(TENANT, [a_sheet(part="01", body=b"makes room")])

    assert before == [sheet]
    assert read(statistics, kind, ["00"]) == []
