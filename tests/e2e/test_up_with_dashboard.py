"""`mcpskills up` with its dashboard, as somebody meets it who looks with a browser."""

import re
import signal
from pathlib import Path

import httpx2
from playwright.sync_api import expect

from browsing import chromium, visiting
from command_line import mcpskills
from servers import Running, running


def up(folder: Path, *more: str, **said: str):
    command = ("up", "--data", str(folder / "data"), "--port", "0", "--dashboard-port", "0", *more)
    environment = {"MCPSKILLS_ANONYMOUS": "", "MCPSKILLS_DASHBOARD": "true", **said}
    return running(*command, until="Ctrl-C stops", cwd=folder, env=environment)


def address(started: Running) -> str:
    return next(found[1] for line in started.lines if (found := re.search(r"Dashboard\s+(http://\S+)", line)))


def answers(url: str) -> bool:
    try:
        return httpx2.get(url).is_success
    except httpx2.TransportError:
        return False


def test_the_printed_key_opens_the_printed_address_and_both_end_with_the_server(tmp_path):
    with up(tmp_path) as started, chromium() as browser:
        [key] = re.findall(r"oms_\w+", "".join(started.lines))
        url = address(started)
        with visiting(browser, url) as visit:
            visit.open()
            visit.sign_in(key)
            expect(visit.page.get_by_text("csv-profile")).to_be_visible()
        code = started.stop()

    assert code == 0
    assert not answers(url)
    assert key.rpartition("_")[2].encode() not in (tmp_path / "data" / "logs" / "dashboard.log").read_bytes()


def test_the_dashboard_ends_with_a_server_that_is_killed(tmp_path):
    with up(tmp_path) as started:
        url = address(started)
        assert answers(url)
        started.stop(signal.SIGKILL)

    while answers(url):
        pass


def test_a_dashboard_that_ends_as_it_starts_is_told_with_its_reason_and_the_server_serves_all_the_same(tmp_path):
    with up(tmp_path, MCPSKILLS_DASHBOARD_OIDC_CLIENT_ID="half-a-client") as started:
        printed = "".join(started.lines)
        served = answers(f"{started.base_url}/health")

    assert served
    assert re.search(r"Dashboard +http", printed) is None
    assert "There is no dashboard. It ended as it was starting." in printed
    assert "_OIDC_CLIENT_SECRET and _PUBLIC_URL go together" in printed


def test_a_port_that_was_asked_for_and_is_taken_is_one_sentence(tmp_path):
    with up(tmp_path) as started:
        taken = address(started).rpartition(":")[2]
        other = ("up", "--data", str(tmp_path / "other"), "--port", "0", "--dashboard-port", taken)
        code, _, error = mcpskills(*other, url=started.base_url, MCPSKILLS_DASHBOARD="true")

    assert code == 1
    assert error.startswith(f"error: Port {taken} of 127.0.0.1 cannot be used")
    assert "--dashboard-port" in error
