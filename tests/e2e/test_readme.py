"""The README's own words, typed as they stand."""

import os
import re
import subprocess
from pathlib import Path

from servers import MCPSKILLS, Running, running

README = (Path(__file__).parents[2] / "README.md").read_text()
IDENTITY = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}


def commands_below(heading: str) -> str:
    return re.search(rf"^## {heading}$.*?^```bash\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)[1]


def type_in(commands: str, cwd: Path, server: Running, key: str) -> str:
    installed = commands.replace("../.venv/bin/mcpskills", MCPSKILLS)
    path = f"{Path(MCPSKILLS).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-ec", installed],
        cwd=cwd,
        env={**os.environ, **IDENTITY, "PATH": path, "MCPSKILLS_URL": server.base_url, "MCPSKILLS_API_KEY": key},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def until_published(number: int) -> str:
    return f"until mcpskills versions meeting-notes --json | grep -q '\"number\": *{number}'; do :; done"


def test_the_readme_leads_from_the_first_skill_to_its_rollback(tmp_path):
    keys_only = {"MCPSKILLS_ANONYMOUS": ""}
    with running("up", "--port", "0", until="Ctrl-C stops", cwd=tmp_path, env=keys_only, installed=True) as server:
        [key] = re.findall(r"export MCPSKILLS_API_KEY=(\S+)", "".join(server.lines))
        type_in(commands_below("Write your first skill"), tmp_path, server, key)
        # Two pushes before the publisher looks would be one version.
        type_in(until_published(1), tmp_path, server, key)
        work = tmp_path / "my-skills"
        text = (work / "skills" / "meeting-notes" / "SKILL.md").read_text()
        (work / "skills" / "meeting-notes" / "SKILL.md").write_text(text + "\nWith wrong dates.\n")
        type_in("git commit -am 'Get it wrong' && git push", work, server, key)
        type_in(until_published(2), work, server, key)

        back, lift = commands_below("When something goes wrong").rstrip().rsplit("\n", 1)
        told = type_in(back, work, server, key)
        rolled_back = type_in("mcpskills show meeting-notes --json", work, server, key)
        type_in(lift, work, server, key)
        lifted = type_in("mcpskills show meeting-notes --json", work, server, key)

    assert "version 1" in told
    assert re.search(r'"live_version": *1\b', rolled_back)
    assert "wrong dates" in rolled_back
    assert re.search(r'"live_version": *2\b', lifted)
