"""What clients ask of a server is in the statistics, whichever part of it answers."""

from datetime import UTC, datetime

from builders import skill_folder
from catalog_builders import TENANT
from key_builders import bearing
from mcpskills.statistics.packing import Row
from mcpskills.statistics.periods import Period
from mcpskills_server.statistics.reading import Reader, total
from recorded_server import ERAS, ask, recorded
from registry import opened


def now():
    return datetime.now(UTC)


def test_what_was_asked_until_the_server_stops_is_counted_and_told_by_the_next_one(tmp_path):
    with opened(tmp_path) as registry:
        registry.publish_folder(skill_folder("pdf-forms"))
        with recorded(registry) as server:
            keys = [server.key() for _ in range(2)]
            for key in keys:
                for version in ERAS:
                    load = {"name": "load_skill", "arguments": {"name": "pdf-forms"}}
                    ask(server.http, key, "tools/call", version=version, **load)
                ask(server.http, key, "resources/read", uri="skill://unheard-of/SKILL.md")
            ask(server.http, "mcps_made-up", "tools/list")
        reader = Reader(registry.statistics, TENANT, now)
        found = total(reader.totals(Period.HOURS_24, frozenset()))
        with recorded(registry) as server:
            answer = server.http.get("/admin/statistics?period=24h", headers=bearing(server.owner)).json()

        assert (found.calls, found.errors, found.users.number) == (6, 2, 2)
        assert {row: figures.calls for row, figures in reader.of_all(Period.HOURS_24)} == {Row("pdf-forms"): 4}
        assert (answer["calls"], answer["errors"], answer["top_skills"][0]["skill"]) == (6, 2, "pdf-forms")
