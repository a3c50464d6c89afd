"""Several worker processes on one port: each answers from a snapshot of its own, and none is missed for long."""

import contextlib
import os
import signal
import subprocess
import sys
from itertools import islice
from pathlib import Path

import httpx2

import forking
from fleet_member import until
from server_crew import crew
from servers import START_SECONDS
from stand_ins.valkey import Valkey

_GONE = "another one takes its place"


def runs(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def test_every_worker_answers_and_a_publish_is_live_on_all(tmp_path):
    with crew(tmp_path) as server:
        pids = server.all()
        server.registry.publish()

        until(lambda: set(server.told().values()) == {1}, server.parent.told)
        assert server.parent.pid not in pids
        assert server.all() == pids


def test_a_worker_that_is_killed_is_replaced_and_the_log_says_so(tmp_path):
    with crew(tmp_path) as server:
        killed, other = server.all()
        os.kill(killed, signal.SIGKILL)
        until(lambda: not runs(killed), server.parent.told)
        replaced = server.all()

        assert killed not in replaced
        assert other in replaced
        assert f"pid={killed}" in server.parent.told()
        assert "how='signal 9'" in server.parent.told()


def test_sigterm_ends_all_workers_in_good_order(tmp_path):
    with crew(tmp_path) as server:
        pids = server.all()

        assert server.parent.stop() == 0
        assert [pid for pid in pids if runs(pid)] == []
        assert "is killed" not in server.parent.told()


def test_workers_do_not_outlive_their_parent(tmp_path):
    with crew(tmp_path) as server:
        server.all()
        server.parent.kill()

        until(lambda: not server.told(), server.parent.told)


def test_a_second_server_does_not_get_the_port_as_well(tmp_path):
    with crew(tmp_path) as server:
        server.all()
        second = {"MCPSKILLS_PORT": server.parent.url.rpartition(":")[2], "MCPSKILLS_WORKERS": "2"}

        status, told = ended(tmp_path / "second", **second)

    assert (status, "another program listens there" in told) == (1, True)


def test_every_worker_keeps_a_log_of_its_own(tmp_path):
    with crew(tmp_path) as server:
        server.all()

    assert {"server.log", "server-1.log", "server-2.log"} <= {p.name for p in (tmp_path / "data" / "logs").iterdir()}


def test_every_worker_is_a_replica_of_its_own(tmp_path, valkey: Valkey):
    with (
        crew(tmp_path, MCPSKILLS_REDIS_URL=valkey.url) as server,
        httpx2.Client(base_url=server.parent.url, timeout=START_SECONDS) as http,
    ):
        pids = server.all()

        def reported() -> set[int]:
            names = [replica["replica"] for replica in http.get("/admin/replicas").json()["replicas"]]
            return {int(name.rpartition(":")[2]) for name in names}

        until(lambda: pids <= reported(), server.parent.told)


def test_sessions_in_one_process_are_refused_to_several_workers(tmp_path):
    status, told = ended(tmp_path, MCPSKILLS_WORKERS="2", MCPSKILLS_SESSIONS="stateful")

    assert status == 1
    assert "error: MCPSKILLS_WORKERS: expected 1, because MCPSKILLS_SESSIONS is stateful" in told
    assert "Set MCPSKILLS_REDIS_URL" in told


def test_what_keeps_workers_from_starting_is_told_once_and_ends_the_server(tmp_path):
    status, told = ended(tmp_path, MCPSKILLS_WORKERS="2", MCPSKILLS_STORAGE="aws", MCPSKILLS_PORT="0")

    assert (status, told.count("MCPSKILLS_S3_BUCKET: expected the bucket")) == (1, 1)


def test_a_worker_that_cannot_start_is_tried_again_after_growing_pauses():
    code = "from mcpskills import logs, workers; logs.to_console(); workers.keep(1, lambda _: exit(3))"
    with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) as parent:
        assert parent.stderr is not None
        pauses = list(islice((line.rpartition("seconds=")[2].strip() for line in parent.stderr if _GONE in line), 2))
        parent.terminate()

    assert pauses == ["0.5", "1.0"]


def ended(data: Path, **env: str) -> tuple[int, str]:
    """How a server ends that does not start, and what it tells."""
    with forking.telling(forking.SERVER, env={"MCPSKILLS_DATA": str(data), **env}) as process:
        return process.ended(30)
