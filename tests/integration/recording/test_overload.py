"""What cannot be recorded is dropped and counted; requests are answered all the same."""

import contextlib
from collections.abc import Sequence

import pytest
from prometheus_client.parser import text_string_to_metric_families

from builders import skill_folder
from fleet_member import until
from key_builders import bearing
from mcpskills.adapters.sqlite.journal import SqliteJournal
from mcpskills.errors import UnavailableError
from mcpskills.journal import Invocation
from recorded_server import Recorded, ask, principal, recorded

AT = "skill://pdf-forms/SKILL.md"


class Unsteady(SqliteJournal):
    """Takes nothing as long as it is `away`."""

    away = False
    refused = 0

    def append(self, batch: Sequence[Invocation]) -> None:
        if self.away:
            self.refused += 1
            raise UnavailableError("The journal is away.")
        super().append(batch)


@pytest.fixture
def registry(registry):
    registry.publish_folder(skill_folder("pdf-forms"))
    return registry


def counted(server: Recorded) -> dict[str, float]:
    """Requests by what became of their records."""
    text = server.http.get("/metrics", headers=bearing(server.owner)).raise_for_status().text
    families = {family.name: family for family in text_string_to_metric_families(text)}
    return {sample.labels["result"]: sample.value for sample in families["mcpskills_invocations"].samples}


def test_while_the_journal_is_away_requests_are_answered_and_recorded_later(registry):
    with (
        contextlib.closing(Unsteady(registry.root / "journal.sqlite")) as journal,
        recorded(registry, journal) as server,
    ):
        key = server.key()
        journal.away = True
        for _ in range(5):
            assert ask(server.http, key, "skills/get", uri=AT).status_code == 200
        until(lambda: journal.refused > 0, lambda: "nobody tried")

        journal.away = False

        server.until_logged(5, principal=principal(key))
        assert counted(server) == {"recorded": 5, "dropped": 0}


def test_what_is_beyond_the_rate_is_dropped_and_counted_and_failures_are_still_recorded(registry):
    with recorded(registry, journal_per_second=1) as server:
        key = server.key()
        for _ in range(40):
            assert ask(server.http, key, "skills/get", uri=AT).status_code == 200
        ask(server.http, key, "no/such/method")

        server.until_logged(1, principal=principal(key), status="ERROR")
        until(lambda: sum(counted(server).values()) == 41, lambda: str(counted(server)))
        assert counted(server)["dropped"] > 20
        info = server.http.get("/info", headers=bearing(server.owner)).json()
        assert info["invocations_dropped"] == counted(server)["dropped"]


def test_what_is_left_at_the_end_is_recorded_before_the_process_stops(registry):
    with contextlib.closing(SqliteJournal(registry.root / "journal.sqlite")) as journal:
        with recorded(registry, journal) as server:
            key = server.key()
            for _ in range(20):
                ask(server.http, key, "skills/get", uri=AT)

        assert len(journal.page("default", limit=100).invocations) == 20


def test_without_the_setting_nothing_is_recorded(registry):
    with recorded(registry, journal=False) as server:
        ask(server.http, server.owner, "skills/get", uri=AT)

        assert server.logs() == []
        assert server.http.get("/info", headers=bearing(server.owner)).json()["invocations_dropped"] is None
