"""The README's own words, typed as they stand."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import httpx2

from command_line import mcpskills
from fleet_member import until
from key_builders import bearing
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


def type_in(commands: str, cwd: Path) -> None:
    """In a shell, where the commands are those that were installed."""
    installed = commands.replace("../.venv/bin/mcpskills", MCPSKILLS)
    done = subprocess.run(
        ["sh", "-ec", installed], cwd=cwd, env={**os.environ, **IDENTITY}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def ask(commands: str, server: Running, key: str) -> str:
    """Lines that are nothing but commands of the product, with the variables that the README has set."""
    told = ""
    for line in commands.splitlines():
        program, *arguments = shlex.split(line, comments=True)
        code, out, error = mcpskills(*arguments, url=server.base_url, MCPSKILLS_API_KEY=key)
        assert (program, code) == ("mcpskills", 0), out + error
        told += out
    return told


def wait_for_version(number: int, server: Running, key: str) -> None:
    def answer() -> httpx2.Response:
        return httpx2.get(f"{server.base_url}/admin/skills/meeting-notes/versions", headers=bearing(key))

    until(lambda: f'"number":{number},' in answer().text, lambda: answer().text)


def test_the_readme_leads_from_the_first_skill_to_its_rollback(tmp_path):
    keys_only = {"MCPSKILLS_ANONYMOUS": ""}
    with running("up", "--port", "0", until="Ctrl-C stops", cwd=tmp_path, env=keys_only, installed=True) as server:
        [key] = re.findall(r"export MCPSKILLS_API_KEY=(\S+)", "".join(server.lines))
        type_in(commands_below("Write your first skill"), tmp_path)
        # Two pushes before the publisher looks would be one version.
        wait_for_version(1, server, key)
        work = tmp_path / "my-skills"
        text = (work / "skills" / "meeting-notes" / "SKILL.md").read_text()
        (work / "skills" / "meeting-notes" / "SKILL.md").write_text(text + "\nWith wrong dates.\n")
        type_in("git commit -am 'Get it wrong' && git push", work)
        wait_for_version(2, server, key)

        back, lift = commands_below("When something goes wrong").rstrip().rsplit("\n", 1)
        told = ask(back, server, key)
        rolled_back = ask("mcpskills show meeting-notes --json", server, key)
        ask(lift, server, key)
        lifted = ask("mcpskills show meeting-notes --json", server, key)

    assert "version 1" in told
    assert re.search(r'"live_version": *1\b', rolled_back)
    assert "wrong dates" in rolled_back
    assert re.search(r'"live_version": *2\b', lifted)
