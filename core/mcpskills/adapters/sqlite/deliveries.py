"""The queue of deliveries in a SQLite file.

One machine needs no server for it, but a queue in memory would not do: GitHub was told 202, does not send again by itself,
and the process may die in the next moment. A file of its own, so that an answer to GitHub never waits for the catalog.
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from threading import Condition

import structlog

from mcpskills.adapters.sqlite.file import File
from mcpskills.ports import ATTEMPTS, MOST_DELIVERIES, REPEAT_SECONDS, Delivery, TakenDelivery

_log = structlog.get_logger(__name__)

_LOOK_SECONDS = 0.25

_TABLES = """
CREATE TABLE IF NOT EXISTS deliveries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    reason TEXT NOT NULL,
    received_at TEXT NOT NULL,
    kept_at REAL NOT NULL,
    open INTEGER NOT NULL DEFAULT 1,
    consumer TEXT,
    free_at REAL NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    UNIQUE (tenant, id)
);
CREATE INDEX IF NOT EXISTS deliveries_open ON deliveries (tenant, number) WHERE open;
"""
"""`open` ends when a delivery is acknowledged, dropped or set aside; from then on the row only remembers the id.

`consumer` has it alone until `free_at`.
"""

_ENQUEUE = """
INSERT INTO deliveries (tenant, id, reason, received_at, kept_at)
VALUES (:tenant, :id, :reason, :received_at, :now) ON CONFLICT DO NOTHING
"""

_FORGET = "DELETE FROM deliveries WHERE NOT open AND kept_at <= :now - :repeat"

_DROP = """
UPDATE deliveries SET open = 0 WHERE tenant = :tenant AND open AND number <= (
    SELECT number FROM deliveries WHERE tenant = :tenant AND open ORDER BY number DESC LIMIT 1 OFFSET :most
)
"""

_WAITING = "SELECT 1 FROM deliveries WHERE tenant = :tenant AND open AND free_at <= :now LIMIT 1"

_SET_ASIDE = """
UPDATE deliveries SET open = 0 WHERE tenant = :tenant AND open AND free_at <= :now AND attempts >= :most RETURNING *
"""

_TAKE = """
UPDATE deliveries SET consumer = :consumer, free_at = :now + :idle, attempts = attempts + 1 WHERE number = (
    SELECT number FROM deliveries WHERE tenant = :tenant AND open AND free_at <= :now ORDER BY number LIMIT 1
) RETURNING *
"""

_ACKNOWLEDGE = "UPDATE deliveries SET open = 0 WHERE tenant = :tenant AND id = :id"


class SqliteDeliveries:
    """See `ports.Deliveries`. Every statement is a transaction of its own."""

    def __init__(
        self, path: Path, tenant: str, *, idle: float = 60.0, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Open or make the file. `now` is the clock. Raises `UnavailableError`."""
        self._tenant = tenant
        self._idle = idle
        self._now = now
        self._came = Condition()
        self._kept = 0
        self._file = File(path, "queue", _TABLES)

    def close(self) -> None:
        self._file.close()

    def enqueue(self, delivery: Delivery) -> bool:
        with self._file.using() as db:
            now = self._now().timestamp()
            db.execute(_FORGET, {"now": now, "repeat": REPEAT_SECONDS})
            values = {"id": delivery.id, "reason": delivery.reason, "received_at": delivery.received_at.isoformat()}
            kept = db.execute(_ENQUEUE, {"tenant": self._tenant, "now": now, **values}).rowcount == 1
            if kept:
                db.execute(_DROP, {"tenant": self._tenant, "most": MOST_DELIVERIES})
        if kept:
            with self._came:
                self._kept += 1
                self._came.notify_all()
        return kept

    def take(self, consumer: str, seconds: float) -> TakenDelivery | None:
        deadline = time.monotonic() + seconds
        while True:
            kept = self._kept
            taken = self._take(consumer)
            left = deadline - time.monotonic()
            if taken is not None or left <= 0:
                return taken
            with self._came:
                # Another process says nothing of what it keeps, and a dead consumer nothing of its death.
                if self._kept == kept:
                    self._came.wait(min(left, _LOOK_SECONDS))

    def acknowledge(self, taken: TakenDelivery) -> None:
        with self._file.using() as db:
            db.execute(_ACKNOWLEDGE, {"tenant": self._tenant, "id": taken.receipt})

    def _take(self, consumer: str) -> TakenDelivery | None:
        with self._file.using() as db:
            place = {"tenant": self._tenant, "now": self._now().timestamp()}
            # Looking costs no write; most of the time there is nothing.
            if db.execute(_WAITING, place).fetchone() is None:
                return None
            for row in db.execute(_SET_ASIDE, {**place, "most": ATTEMPTS}).fetchall():
                _log.error(
                    "delivery set aside: no reconcile after it ended well", delivery=row["id"], attempts=ATTEMPTS
                )
            row = db.execute(_TAKE, {**place, "consumer": consumer, "idle": self._idle}).fetchone()
            return _taken(row) if row else None


def _taken(row: Mapping[str, str | int | float]) -> TakenDelivery:
    delivery = Delivery(str(row["id"]), str(row["reason"]), datetime.fromisoformat(str(row["received_at"])))
    # No number: those count the deliveries of all tenants.
    return TakenDelivery(delivery.id, delivery, int(row["attempts"]))
