"""What the queue in a file does besides its promises."""

from contextlib import closing
from pathlib import Path

import pytest

from catalog_builders import NOON, TENANT, Clock
from mcpskills.adapters.sqlite.deliveries import SqliteDeliveries
from mcpskills.errors import UnavailableError
from mcpskills.ports import REPEAT_SECONDS, Delivery


def test_an_id_that_was_dealt_with_is_forgotten_after_three_days(tmp_path: Path):
    clock = Clock()
    with closing(SqliteDeliveries(tmp_path / "queue.sqlite", TENANT, now=clock)) as queue:
        queue.enqueue(Delivery("one", "push", NOON))
        queue.acknowledge(queue.take("worker", 1))
        clock.pass_by(REPEAT_SECONDS - 1)
        assert not queue.enqueue(Delivery("one", "push", NOON))

        clock.pass_by(1)

        assert queue.enqueue(Delivery("one", "push", NOON))


def test_tenants_do_not_see_each_other_in_one_file(tmp_path: Path):
    at = tmp_path / "queue.sqlite"
    with closing(SqliteDeliveries(at, "one")) as one, closing(SqliteDeliveries(at, "other")) as other:
        assert one.enqueue(Delivery("same id", "push", NOON))
        assert other.enqueue(Delivery("same id", "push", NOON))
        other.acknowledge(other.take("worker", 1))

        assert one.take("worker", 1).delivery.id == "same id"


def test_a_file_that_is_no_queue_is_refused_with_its_name(tmp_path: Path):
    (tmp_path / "queue.sqlite").write_text("a letter to a friend, long enough for a header" * 10)

    with pytest.raises(UnavailableError, match=r"queue\.sqlite cannot be opened"):
        SqliteDeliveries(tmp_path / "queue.sqlite", TENANT)


def test_a_queue_that_was_closed_cannot_be_used(tmp_path: Path):
    queue = SqliteDeliveries(tmp_path / "queue.sqlite", TENANT)
    queue.close()

    with pytest.raises(UnavailableError, match="cannot be used"):
        queue.enqueue(Delivery("one", "push", NOON))
