"""150 real skills as a registry repository: what satisfies the rules is live, everything else says why not."""

import os
import shutil
from collections import defaultdict
from pathlib import Path

import httpx2
import pytest
from mcp import Client

from command_line import validate
from git_fixtures import bare, clone
from servers import running

CORPUS = Path(os.environ.get("MCPSKILLS_CORPUS", Path(__file__).parents[2].parent / "shared" / "corpus")) / "skills"
SKILLS = 150

REFUSED = {
    # folder below skills/: what its reason must say for a person to act on it
    "PrefectHQ__fastmcp/.claude/skills/python-tests": (
        "SK008",
        "Rename the folder to `testing-python`, or write `name: python-tests`.",
    ),
    "UiPath__skills/skills/uipath-rpa": ("SK019", "the folder has 702 files; at most 512 are allowed"),
    "affaan-m__everything-claude-code/docs/ja-JP/skills/swiftui-patterns": (
        "SK004",
        "Put the value of `description` in double quotes, because it starts with `@`.",
    ),
    "affaan-m__everything-claude-code/skills/flox-environments": ("SK007", "Shorten it by 190 characters"),
    "anthropics__skills/skills/claude-api": ("SK007", "Shorten it by 44 characters"),
    "daymade__claude-code-skills/daymade-skill/skill-creator": ("SK016", "the file has 190579 bytes"),
    "iflytek__skillhub/web/src/docs": ("SK001", "git mv skill.md SKILL.md"),
    "jlowin__fastmcp/.claude/skills/code-review": ("SK008", "the name `reviewing-code` differs from the folder's name"),
    "posit-dev__skills/r-lib/cli": ("SK006", "Name the skill and its folder `r-lib-cli`."),
}

VERDICTS = {
    # rule: what it is and how many of the 150 skills it finds something in
    "SK001": ("error", 1),
    "SK004": ("error", 1),
    "SK006": ("error", 1),
    "SK007": ("error", 2),
    "SK008": ("error", 2),
    "SK011": ("warning", 2),
    "SK014": ("info", 35),
    "SK016": ("error", 1),
    "SK019": ("error", 1),
    "SK026": ("warning", 2),
    "SK036": ("warning", 2),
    "SK037": ("warning", 2),
    "SK038": ("warning", 1),
    "SK039": ("warning", 2),
    "SK040": ("warning", 2),
    "SK042": ("warning", 1),
    "SK043": ("warning", 1),
    "SK048": ("warning", 1),
    "SK049": ("warning", 5),
    "SK065": ("warning", 17),
    "SK066": ("info", 17),
    "SK068": ("info", 2),
    "SK073": ("info", 3),
    "SK082": ("warning", 1),
}

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the real skills are not here; set MCPSKILLS_CORPUS to their folder"
)


def test_the_rules_are_quiet_on_honest_skills_and_no_scanner_blocks_one(tmp_path):
    run = validate(CORPUS, "--format", "json", "--no-cache", at=tmp_path)

    skills = defaultdict(set)
    for found in run.report["findings"]:
        skills[found["code"], found["severity"]].add(found["path"].partition(f"/{found['skill']}/")[0] + found["skill"])
    assert {code: (severity, len(hit)) for (code, severity), hit in sorted(skills.items())} == VERDICTS


@pytest.mark.anyio
async def test_every_real_skill_is_live_or_says_why_not(tmp_path):
    origin = bare(tmp_path / "registry.git")
    work = clone(origin, tmp_path / "work")
    shutil.copytree(CORPUS, work.path / "skills", symlinks=True)
    work.push()

    with running(
        "up", "--data", str(tmp_path / "data"), "--registry", str(origin), "--port", "0", until="Ctrl-C", cwd=tmp_path
    ) as server:
        listed = await all_skills(server.url)
        rows = all_rows(server.base_url)

    quarantined = {row["path"].removeprefix("skills/"): row["load_error"] for row in rows if row["status"] == "ERROR"}
    assert quarantined.keys() == REFUSED.keys()
    for path, (code, words) in REFUSED.items():
        assert f"({code})" in quarantined[path]
        assert words in quarantined[path]
    assert len(listed) == SKILLS - len(REFUSED)
    assert {row["name"] for row in rows if row["status"] == "ACTIVE"} == listed


async def all_skills(url):
    async with Client(url, cache=None) as client:
        found, cursor = set(), None
        while True:
            page = await client.list_resources(cursor=cursor)
            found |= {resource.name for resource in page.resources}
            cursor = page.next_cursor
            if cursor is None:
                return found


def all_rows(url):
    rows, cursor = [], None
    while True:
        page = (
            httpx2.get(f"{url}/admin/skills", params={"cursor": cursor} if cursor else None).raise_for_status().json()
        )
        rows += page["skills"]
        cursor = page.get("next_cursor")
        if cursor is None:
            return rows
