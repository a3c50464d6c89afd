"""An office with a past, for pictures: skills that grew, were rolled back and refused, and people who called them for a month."""

import json
import math
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from builders import script, skill_folder
from catalog_builders import TENANT
from dashboard_office import Office, office
from journal_builders import an_invocation
from key_builders import keep_key
from mcpskills.access import Role
from mcpskills.api_key import WholeKey
from mcpskills.folder import SkillFolder
from mcpskills.journal import Invocation, InvocationStatus
from statistics_builders import Call

_DAYS: Final = 30
_CALLERS: Final = ("Ada", "CI", "Support", "Night batch", "Helpdesk")
_SKILLS: Final = {
    "pdf-forms": (
        "Fills in PDF forms, and says which fields are left. Use when a form is to be handed in.",
        "office, pdf",
    ),
    "csv-profile": ("Profiles a CSV file column by column. Use when a task starts from a table.", "data, csv"),
    "incident-review": ("Writes a blameless review of an outage from chat logs and alerts.", "operations"),
    "invoice-check": ("Compares invoices with orders and lists what differs. Use before invoices are paid.", "finance"),
    "release-notes": ("Writes release notes from the Git history. Use when a release is tagged.", "git, writing"),
    "sql-review": ("Reviews a database migration before it runs, for locks, rewrites and a way back.", "sql, database"),
    "translate-docs": ("Translates documentation between English and Chinese, and keeps code as it is.", "writing"),
}
_BUSY: Final = {"pdf-forms": 90, "csv-profile": 60, "sql-review": 25, "incident-review": 12, "invoice-check": 40}
_PACKAGES: Final = {"pdf-forms": {"requirements.txt": "pypdf==5.1.0\nreportlab==4.2.5\n"}}
_FAILING: Final = {"invoice-check": 0.09, "csv-profile": 0.01}


@contextmanager
def pictured_office(root: Path) -> Iterator[Office]:
    """The same each time, but for times and ids."""
    chance = random.Random(7)
    now = datetime.now(UTC)
    # Calls are counted before the server begins, and so before anything keeps keys.
    keys = {name: WholeKey.make(TENANT) for name in _CALLERS}
    calls = _calls(now, chance, [f"key:{key.id}" for key in keys.values()])
    with office(root, calls) as made:
        for name, key in keys.items():
            keep_key(made.scene.principals, made.peppers, Role.DEVELOPER, name=name, key=key)
        _publish(made)
        made.journal.append([_told(call) for call in calls if call.at > (now - timedelta(days=1)).timestamp()])
        _change(made)
        yield made


def _folder(name: str, version: int = 1) -> SkillFolder:
    said, tags = _SKILLS[name]
    body = (
        f"# {name.replace('-', ' ').capitalize()}\n\n{said}\n\n## Steps\n\n1. Look at what is there.\n2. Do the work.\n"
    )
    body += "".join(f"{number + 1}. Check step {number} again.\n" for number in range(2, version + 1))
    body += "\n```bash\npython scripts/main.py --help\n```\n"
    extra = f'metadata:\n  author: "Ada Author"\n  version: "1.{version - 1}.0"\n  tags: "{tags}"'
    tool = script(f'"""Step {version} of {name}."""\n\nimport sys\n\nfor line in sys.stdin:\n    print(line.strip())\n')
    files = {"scripts/main.py": tool, **_PACKAGES.get(name, {})}
    return skill_folder(name, description=said, body=body, extra=extra, files=files)


def _publish(made: Office) -> None:
    made.scene.clock.at = datetime.now(UTC)
    made.publish(*map(_folder, _SKILLS))
    for version in (2, 3, 4):
        made.publish(_folder("pdf-forms", version))
    made.publish(_folder("csv-profile", 2), _folder("sql-review", 2))
    made.publish(skill_folder("Bad Name", path="skills/bad-name"))


def _change(made: Office) -> None:
    made.admin("POST", "/skills/pdf-forms/versions/2/yank", json={"reason": "It forgets the second page."})
    made.admin("POST", "/skills/sql-review/rollback", json={"version": 1, "reason": "Version 2 misses table locks."})
    made.admin("DELETE", "/skills/translate-docs", params={"reason": "Waits for its glossary."})
    made.propose("count-columns", _folder("csv-profile", 3))
    made.propose("faster-invoices", _folder("invoice-check", 2))


def _calls(now: datetime, chance: random.Random, callers: Sequence[str]) -> list[Call]:
    found: list[Call] = []
    for day in range(_DAYS):
        for hour in range(8, 19):
            at = (now - timedelta(days=day)).replace(hour=hour, minute=0, second=0, microsecond=0)
            if at < now - timedelta(hours=1):
                found += _hour(at, chance, callers)
    return found


def _hour(at: datetime, chance: random.Random, callers: Sequence[str]) -> list[Call]:
    found = []
    for skill, calls in _BUSY.items():
        rhythm = 1 + 0.6 * math.sin(at.hour / 3) if at.weekday() < 5 else 0.15
        for _ in range(int(calls / 10 * rhythm * chance.uniform(0.6, 1.4))):
            failed = chance.random() < _FAILING.get(skill, 0.002)
            call = Call(
                (at + timedelta(seconds=chance.randrange(3500))).timestamp(),
                skill=skill,
                version=1,
                principal=chance.choice(callers),
                status=InvocationStatus.ERROR if failed else InvocationStatus.SUCCESS,
                duration=chance.lognormvariate(-4.2, 0.6),
            )
            found.append(call)
    return found


def _told(call: Call) -> Invocation:
    failed = call.status is InvocationStatus.ERROR
    return an_invocation(
        datetime.fromtimestamp(call.at, UTC),
        method="tools/call",
        status=call.status,
        duration=call.duration,
        skill=call.skill,
        version=call.version,
        principal=call.principal,
        error="The order 4711 is not known." if failed else None,
        client_address="192.0.2.7",
        user_agent="a client/1.0",
        parameters=json.dumps({"name": "load_skill", "arguments": {"name": call.skill}}),
        result=None if failed else '{"content": []}',
    )
