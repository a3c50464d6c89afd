"""What the journal in a file does besides its promises."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from catalog_builders import NOON, TENANT, Clock
from journal_builders import an_invocation
from mcpskills.adapters.sqlite.journal import SqliteJournal
from mcpskills.errors import CorruptedError, UnavailableError
from mcpskills.journal import ALL, KEPT, InvocationFilter, InvocationStatus


def look(at: Path, query: str) -> list[tuple]:
    """A stranger's look at the file."""
    with closing(sqlite3.connect(at)) as stranger:
        found = stranger.execute(query).fetchall()
        stranger.commit()
        return found


def test_what_expired_leaves_the_file_as_others_come(tmp_path: Path):
    clock, at = Clock(), tmp_path / "journal.sqlite"
    with closing(SqliteJournal(at, clock)) as journal:
        for day in range(40):
            clock.at = NOON + timedelta(days=day)
            journal.append([an_invocation(clock.at, tenant=f"tenant {number}") for number in range(100)])

        assert look(at, "SELECT count(*) FROM invocations") == [(31 * 100,)]
        clock.pass_by(KEPT.total_seconds() + 1)
        journal.append([an_invocation(clock.at) for _ in range(31 * 50)])

    assert look(at, "SELECT count(*) FROM invocations") == [(31 * 50,)]


def test_batches_of_all_sizes_take_few_statements_as_each_is_kept_with_its_rows(tmp_path: Path):
    done: list[str] = []
    with closing(SqliteJournal(tmp_path / "journal.sqlite", Clock())) as journal:
        journal._file._connection.set_trace_callback(done.append)
        for size in range(1, 101):
            journal.append([an_invocation(NOON) for _ in range(size)])

    rows = [query.count(f"'{TENANT}'") for query in done if "INSERT" in query]
    assert sum(rows) == sum(range(1, 101))
    assert len(set(rows)) < 10


@pytest.mark.parametrize(
    "which",
    [
        ALL,
        InvocationFilter(session="one"),
        InvocationFilter(principal="ada"),
        InvocationFilter(skill="pdf-forms"),
        InvocationFilter(status=InvocationStatus.ERROR),
        InvocationFilter(session="one", principal="ada", skill="pdf-forms", status=InvocationStatus.ERROR),
    ],
    ids=repr,
)
def test_a_page_is_searched_by_an_index_and_never_sorted(tmp_path: Path, which: InvocationFilter):
    at = tmp_path / "journal.sqlite"
    asked: list[str] = []
    with closing(SqliteJournal(at, Clock())) as journal:
        journal._file._connection.set_trace_callback(asked.append)
        journal.page(TENANT, which, limit=10)

    plan = [row[3] for query in asked for row in look(at, f"EXPLAIN QUERY PLAN {query}")]

    assert any("id>? AND id<?" in step for step in plan)
    assert not [step for step in plan if step.startswith("SCAN invocations")]
    assert not [step for step in plan if "TEMP B-TREE" in step and "json_each" not in step]


def test_another_process_reads_what_was_appended(tmp_path: Path):
    at, invocation = tmp_path / "journal.sqlite", an_invocation()
    with closing(SqliteJournal(at, Clock())) as one, closing(SqliteJournal(at, Clock())) as other:
        one.append([invocation])

        assert other.page(TENANT, limit=10).invocations == (invocation,)


def test_a_batch_that_fails_is_not_kept_in_part_and_may_come_again(tmp_path: Path):
    at = tmp_path / "journal.sqlite"
    batch = [an_invocation(), an_invocation(skill="poison")]
    with closing(SqliteJournal(at, Clock())) as journal:
        look(
            at,
            "CREATE TRIGGER t BEFORE INSERT ON invocations WHEN NEW.skill = 'poison' BEGIN SELECT RAISE(FAIL, 'no'); END",
        )
        with pytest.raises(UnavailableError, match="cannot be used"):
            journal.append(batch)
        assert journal.page(TENANT, limit=10).invocations == ()
        look(at, "DROP TRIGGER t")

        journal.append(batch)

        assert set(journal.page(TENANT, limit=10).invocations) == set(batch)


def test_a_damaged_row_is_told_as_such(tmp_path: Path):
    at, invocation = tmp_path / "journal.sqlite", an_invocation()
    with closing(SqliteJournal(at, Clock())) as journal:
        journal.append([invocation])
        look(at, "UPDATE invocations SET status = 'MAYBE'")

        with pytest.raises(CorruptedError, match="MAYBE"):
            journal.one(TENANT, invocation.id)


def test_a_file_that_is_no_journal_is_refused_with_its_name(tmp_path: Path):
    (tmp_path / "journal.sqlite").write_text("a letter to a friend, long enough for a header" * 10)

    with pytest.raises(UnavailableError, match=r"journal\.sqlite cannot be opened"):
        SqliteJournal(tmp_path / "journal.sqlite")


def test_a_journal_that_was_closed_cannot_be_used(tmp_path: Path):
    journal = SqliteJournal(tmp_path / "journal.sqlite")
    journal.close()

    with pytest.raises(UnavailableError, match="cannot be used"):
        journal.append([an_invocation()])


_ALL_AT_ONCE = """
import multiprocessing, sys
from pathlib import Path
from mcpskills.adapters.sqlite.journal import SqliteJournal

def open_all(together):
    for number in range(100):
        together.wait()
        SqliteJournal(Path(sys.argv[1]) / f"{number}.sqlite").close()

forked = multiprocessing.get_context("fork")
together = forked.Barrier(4, timeout=30)
workers = [forked.Process(target=open_all, args=(together,)) for _ in range(4)]
[worker.start() for worker in workers]
[worker.join() for worker in workers]
sys.exit(max(worker.exitcode for worker in workers))
"""


def test_a_new_file_is_opened_by_all_processes_that_start_at_once(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-c", _ALL_AT_ONCE, str(tmp_path)], capture_output=True, text=True, timeout=120, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
