"""`mcpskills logs`: what was asked, and what is asked just now."""

import json
import os
import re
import subprocess
import sys

from command_line import mcpskills
from recorded_server import Recorded, ask, principal

AT = "skill://pdf-forms/SKILL.md"


def logs(server: Recorded, *arguments: str) -> tuple[int, str, str]:
    return mcpskills("logs", *arguments, url=str(server.http.base_url), MCPSKILLS_API_KEY=server.owner.text)


def test_the_newest_requests_are_shown_the_newest_last(server: Recorded):
    key = server.key()
    ask(server.http, key, "resources/read", uri=AT)
    ask(server.http, key, "no/such/method")
    server.until_logged(2, principal=principal(key))

    code, out, _ = logs(server, "--principal", principal(key))

    assert code == 0
    assert re.search(r"SUCCESS\s+resources/read\s+pdf-forms@2 .*\n.*ERROR\s+no/such/method", out)


def test_programs_get_what_the_server_answered(server: Recorded):
    key = server.key()
    ask(server.http, key, "resources/read", uri=AT)
    rows = server.until_logged(1, principal=principal(key))

    code, out, _ = logs(server, "--principal", principal(key), "--status", "success", "--json")

    assert (code, json.loads(out)["invocations"]) == (0, rows)


def test_who_follows_is_told_of_what_was_asked_and_of_what_comes(server: Recorded):
    key = server.key()
    ask(server.http, key, "tools/list")
    server.until_logged(1, principal=principal(key))
    command = [sys.executable, "-c", "from mcpskills.cli.main import run; run()", "logs", "--follow", "--json"]
    said = {"MCPSKILLS_URL": str(server.http.base_url), "MCPSKILLS_API_KEY": server.owner.text}

    with subprocess.Popen(
        [*command, "--principal", principal(key)], env={**os.environ, **said}, stdout=subprocess.PIPE, text=True
    ) as following:
        before = json.loads(following.stdout.readline())
        # What comes while it connects may be in either answer, and is told once.
        ask(server.http, key, "resources/read", uri=AT)
        then = json.loads(following.stdout.readline())
        following.terminate()

    assert [row["method"] for row in (before, then)] == ["tools/list", "resources/read"]
