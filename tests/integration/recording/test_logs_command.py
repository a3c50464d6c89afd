"""`mcpskills logs`: what was asked, and what is asked just now."""

import json
import os
import re
import subprocess
import sys

from admin_service import serving
from command_line import mcpskills
from recorded_server import Recorded, ask, principal

AT = "skill://pdf-forms/SKILL.md"
FOLLOW = [sys.executable, "-c", "from mcpskills.cli.main import run; run()", "logs", "--follow", "--json"]


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


def test_callers_stand_there_by_their_names_and_are_found_by_them(server: Recorded):
    key = server.key(name="Nightly build")
    ask(server.http, key, "tools/list")
    server.until_logged(1, principal=principal(key))

    code, out, _ = logs(server, "--principal", "nightly build")

    assert (code, "Nightly build" in out, principal(key) in out) == (0, True, False)


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
    said = {"MCPSKILLS_URL": str(server.http.base_url), "MCPSKILLS_API_KEY": server.owner.text}

    with subprocess.Popen(
        [*FOLLOW, "--principal", principal(key)], env={**os.environ, **said}, stdout=subprocess.PIPE, text=True
    ) as following:
        before = json.loads(following.stdout.readline())
        # What comes while it connects may be in either answer, and is told once.
        ask(server.http, key, "resources/read", uri=AT)
        then = json.loads(following.stdout.readline())
        following.terminate()

    assert [row["method"] for row in (before, then)] == ["tools/list", "resources/read"]


def test_what_was_left_out_is_said_beside_what_programs_read():
    async def answer(scope, receive, send) -> None:
        row = b'{"invocations":[]}'
        if scope["path"].endswith("/follow"):
            row = b'event: left-out\ndata: {"left_out":3}\n\nid: 1\ndata: {"id":"1"}\n\n'
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": row})

    with (
        serving(answer) as url,
        subprocess.Popen(
            FOLLOW, env={**os.environ, "MCPSKILLS_URL": url}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as following,
    ):
        said = following.stderr.readline(), following.stdout.readline()
        following.terminate()

    assert said == ("3 came too fast and were left out: the journal has them.\n", '{"id": "1"}\n')
