"""The command that shows how skills are used."""

import json
from datetime import UTC, datetime

from builders import skill_folder
from command_line import mcpskills
from mcpskills.journal import InvocationStatus
from statistics_builders import a_call


def test_it_shows_how_all_skills_are_used_and_how_one_is_by_its_versions(service):
    now = datetime.now(UTC)
    service.publish(skill_folder(body="One.\n"), skill_folder("letters"))
    service.publish(skill_folder(body="Two.\n"))
    failed = InvocationStatus.ERROR
    service.count(*[a_call(now)] * 3, a_call(now, version=2, status=failed), a_call(now, skill="letters"))

    code, whole, _ = mcpskills("stats", "--period", "24h", url=service.url)
    one = mcpskills("stats", "pdf-forms", url=service.url)[1]
    answer = json.loads(mcpskills("stats", "pdf-forms", "--json", url=service.url)[1])

    assert code == 0
    assert "1 (20.0%), 0 of them timeouts" in whole
    assert [line.split()[:4] for line in whole.splitlines() if line.startswith(("pdf-forms", "letters"))] == [
        ["pdf-forms", "4", "1", "1"],
        ["letters", "1", "0", "1"],
    ]
    assert ["2", "1", "100.0%"] in [line.split()[:3] for line in one.splitlines()]
    assert "publish" in one
    assert answer["calls"] == 4


def test_what_nobody_knows_is_told(service):
    code, _, error = mcpskills("stats", "unheard-of", url=service.url)

    assert (code, error.startswith("error: There is no skill 'unheard-of'.")) == (1, True)
