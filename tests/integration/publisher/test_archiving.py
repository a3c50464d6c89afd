"""Past days of the journal are archived once, by whichever publisher is at it, and kept for a year."""

import gzip
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from catalog_builders import NOON, TENANT, lease_of
from journal_builders import a_full_invocation, an_invocation
from mcpskills import journal_archive
from mcpskills.adapters.directory import DirectoryObjectStore
from mcpskills.adapters.sqlite.journal import SqliteJournal
from mcpskills.errors import LeaseLostError, UnavailableError
from mcpskills.journal import KEPT, Invocation
from mcpskills.journal_archive import PART_INVOCATIONS, complete_name, folder, last_id, part_name
from mcpskills_publisher import app
from mcpskills_publisher.archiving import SETTLED, Archive
from mcpskills_server.admin.log_models import detail
from publisher_scene import Scene, eventually

TODAY = NOON.date()
DAY = timedelta(days=1)


@dataclass
class Archived:
    """A publisher's scene with a journal, and what of it is archived."""

    scene: Scene
    journal: SqliteJournal
    objects: DirectoryObjectStore

    def archive(self) -> Archive:
        """That of a publisher that has just started."""
        return Archive(self.journal, self.objects, TENANT, self.scene.clock)

    def look(self) -> None:
        """What a publisher does that starts now, looks once and ends."""
        self.scene.publisher(archive=self.archive()).reconcile()

    def names(self) -> list[str]:
        return list(self.objects.names())

    def ids(self) -> list[str]:
        """Of all invocations in the archive, part after part."""
        parts = [name for name in self.names() if name.endswith(".gz")]
        return [row["id"] for name in parts for row in rows(self.objects.get(name))]

    def tomorrow(self) -> None:
        self.scene.clock.at = datetime.combine(self.scene.clock.at + DAY, datetime.min.time(), UTC) + SETTLED


@pytest.fixture
def archived(registry: Scene) -> Iterator[Archived]:
    with closing(SqliteJournal(registry.data / "journal.sqlite", registry.clock)) as journal:
        yield Archived(registry, journal, DirectoryObjectStore(registry.data / "journal"))


def rows(part: bytes) -> list[dict]:
    return [json.loads(line) for line in gzip.decompress(part).splitlines()]


def some(count: int, at: datetime = NOON) -> list[Invocation]:
    """One a second until then, the newest first."""
    return [an_invocation(at - timedelta(seconds=second)) for second in range(count)]


def test_a_day_is_archived_once_it_is_over_and_its_last_requests_are_answered(archived: Archived):
    appended = some(3)
    archived.journal.append([*appended, an_invocation(tenant="acme")])
    archived.look()
    archived.tomorrow()
    archived.scene.clock.pass_by(-1)
    archived.look()
    before = archived.names()

    archived.scene.clock.pass_by(1)
    archived.look()

    assert before == []
    assert archived.names() == [complete_name(TODAY), part_name(TODAY, 0)]
    assert archived.ids() == [one.id for one in appended]
    assert json.loads(archived.objects.get(complete_name(TODAY))) == {"day": TODAY.isoformat(), "parts": 1}


def test_a_line_says_what_the_export_of_the_admin_api_says(archived: Archived):
    invocation = a_full_invocation()
    archived.journal.append([invocation])
    archived.tomorrow()

    archived.look()

    [row] = rows(archived.objects.get(part_name(TODAY, 0)))
    said = json.loads(detail(invocation, {}).model_dump_json())
    # Names change, and a record is for a year.
    del said["principal_name"]
    assert (list(row), datetime.fromisoformat(row["at"])) == (list(said), invocation.at)
    assert {**row, "at": None} == {**said, "at": None}


@pytest.mark.anyio
async def test_a_large_day_is_archived_in_parts_as_soon_as_possible(archived: Archived):
    appended = some(2 * PART_INVOCATIONS + 1)
    archived.journal.append(appended)
    archived.tomorrow()

    async with archived.scene.running(archived.scene.publisher(archive=archived.archive())):
        await eventually(lambda: complete_name(TODAY) in archived.names())

    assert archived.names() == [complete_name(TODAY), *(part_name(TODAY, number) for number in range(3))]
    assert archived.ids() == [one.id for one in appended]


def test_who_comes_after_one_that_was_killed_goes_on_without_doubles(archived: Archived):
    appended = some(PART_INVOCATIONS + 400)
    archived.journal.append(appended)
    archived.tomorrow()
    archived.look()
    assert archived.names() == [part_name(TODAY, 0)]

    archived.look()
    whole = {name: archived.objects.get(name) for name in archived.names()}
    archived.objects.remove(complete_name(TODAY))
    archived.look()

    assert {name: archived.objects.get(name) for name in archived.names()} == whole
    assert archived.ids() == [one.id for one in appended]


def test_a_second_publisher_has_nothing_to_do_and_late_records_change_no_archived_day(archived: Archived):
    archived.journal.append(some(2))
    archived.tomorrow()
    archived.look()
    before = {name: archived.objects.get(name) for name in archived.names()}
    archived.journal.append(some(1, NOON - timedelta(hours=1)))

    archived.look()

    assert {name: archived.objects.get(name) for name in archived.names()} == before


def test_while_another_publisher_has_the_lease_nothing_is_archived(archived: Archived):
    archived.journal.append(some(1))
    archived.tomorrow()
    archived.scene.catalog.acquire_lease(TENANT, "somebody else", 60)

    with pytest.raises(LeaseLostError):
        archived.look()

    assert archived.names() == []


def test_a_publisher_that_was_away_for_days_archives_all_that_is_kept(archived: Archived):
    days = [TODAY - 29 * DAY, TODAY - 2 * DAY, TODAY]
    for day in days:
        archived.journal.append(some(2, datetime.combine(day, NOON.time(), UTC)))
    archived.scene.clock.pass_by(-KEPT.total_seconds())
    archived.journal.append(some(1, NOON - KEPT - DAY))
    archived.scene.clock.pass_by(KEPT.total_seconds())
    archived.tomorrow()

    archived.look()

    assert [name for name in archived.names() if name.endswith("json")] == [complete_name(day) for day in days]
    assert len(archived.ids()) == 6


def test_the_journal_is_archived_although_the_repository_cannot_be_reached(archived: Archived):
    archived.journal.append(some(1))
    archived.tomorrow()
    publisher = archived.scene.publisher(archive=archived.archive())
    archived.scene.origin.rename(archived.scene.root / "elsewhere")

    with pytest.raises(UnavailableError):
        publisher.reconcile()

    assert len(archived.ids()) == 1


def test_after_a_year_a_day_is_removed(archived: Archived):
    kept = (TODAY + DAY - journal_archive.KEPT, TODAY + DAY - journal_archive.KEPT - DAY)
    for day in kept:
        archived.objects.put(part_name(day, 0), b"")
        archived.objects.put(complete_name(day), b"")
    archived.objects.put("0-notes.txt", b"of somebody else")
    archived.tomorrow()

    archived.look()

    assert archived.names() == ["0-notes.txt", complete_name(kept[0]), part_name(kept[0], 0)]
    assert not (archived.scene.data / "journal" / folder(kept[1])).exists()


def test_a_day_whose_archive_is_damaged_keeps_no_other_from_being_archived(archived: Archived):
    archived.journal.append([*some(1), *some(1, NOON - DAY)])
    archived.objects.put(part_name(TODAY - DAY, 0), b"no gzip")
    archived.tomorrow()

    with capture_logs() as logs:
        archived.look()

    assert complete_name(TODAY) in archived.names()
    assert complete_name(TODAY - DAY) not in archived.names()
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["a day is not archived"]


@pytest.mark.parametrize(("tenant", "place"), [("default", "journal"), ("acme", "tenants/acme/journal")])
def test_each_tenant_has_an_archive_of_its_own(archived: Archived, tenant: str, place: str):
    at = datetime.now(UTC)  # the journal that is opened here goes by the machine's clock
    archived.journal.append([an_invocation(at, tenant=tenant)])
    settings = archived.scene.settings(tenant=tenant, journal_archive=True)

    with app.archive(settings, lambda: at + DAY + SETTLED) as archive:
        assert archive is not None
        archive.go_on(lambda: lease_of(archived.scene.catalog))

    assert (archived.scene.data / place / part_name(at.date(), 0)).exists()


def test_who_wants_no_archive_has_none(archived: Archived):
    with app.archive(archived.scene.settings(journal_archive=False), archived.scene.clock) as archive:
        assert archive is None


def test_the_last_id_of_a_part_is_where_the_next_begins(archived: Archived):
    appended = some(3)
    archived.journal.append(appended)
    archived.tomorrow()

    archived.look()

    assert last_id(archived.objects.get(part_name(TODAY, 0))) == appended[-1].id
