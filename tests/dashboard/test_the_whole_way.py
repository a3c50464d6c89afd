"""The whole way of a skill through `mcpskills up`, in a browser, from a zip to clients and back. All of it is real."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx2
import pytest
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client
from playwright.sync_api import expect

from browsing import visiting
from builders import skill_folder, skill_md
from dashboard.test_uploading import zipped
from dashboard_process import dashboard
from fleet_member import until
from fleet_scene import fleet
from key_builders import bearing
from servers import running

FIRST, SECOND = "Add up the items of every invoice.", "Add up the items, then compare the sum with the total."


@dataclass(frozen=True)
class Stack:
    """What `mcpskills up` started: the server's and the dashboard's address, and a key for each role by its name."""

    url: str
    dashboard: str
    keys: dict[str, str]

    def admin(self, method, path, role="owner", **request):
        return httpx2.request(method, f"{self.url}/admin{path}", headers=bearing(self.keys[role]), **request)

    def told(self, name: str) -> str | None:
        """The instructions that an MCP client reads; None when there is no such skill for it."""
        # Playwright has the event loop of this thread.
        with ThreadPoolExecutor(1) as elsewhere:
            return elsewhere.submit(asyncio.run, self._read(f"skill://{name}/SKILL.md")).result()

    async def _read(self, uri: str) -> str | None:
        async with (
            httpx2.AsyncClient(headers=bearing(self.keys["viewer"])) as http,
            Client(streamable_http_client(f"{self.url}/mcp", http_client=http), cache=None) as client,
        ):
            try:
                [content] = (await client.read_resource(uri)).contents
            except MCPError:
                return None
            return str(content.text)

    def until_told(self, name: str, words: str) -> None:
        """The catalog has it first, which the page tells of; the server is a moment behind."""
        until(lambda: words in (self.told(name) or ""), lambda: str(self.told(name)))


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    folder = tmp_path_factory.mktemp("up")
    command = ("up", "--data", str(folder / "data"), "--port", "0", "--dashboard-port", "0")
    environment = {"MCPSKILLS_ANONYMOUS": "", "MCPSKILLS_DASHBOARD": "true"}
    with running(*command, until="Ctrl-C stops", cwd=folder, env=environment) as started:
        printed = "".join(started.lines)
        [owner] = re.findall(r"oms_\w+", printed)
        [pages] = re.findall(r"Dashboard\s+(http://\S+)", printed)
        made = Stack(started.base_url, pages, {"owner": owner})
        for role in ("viewer", "developer", "publisher"):
            answer = made.admin("POST", "/keys", json={"name": f"A {role}", "roles": [role]})
            made.keys[role] = answer.raise_for_status().json()["secret"]
        yield made
        started.stop()


@pytest.fixture
def developer(browser, stack):
    with visiting(browser, stack.dashboard) as begun:
        begun.open()
        begun.sign_in(stack.keys["developer"])
        yield begun


@pytest.fixture
def publisher(browser, stack):
    with visiting(browser, stack.dashboard) as begun:
        begun.open()
        begun.sign_in(stack.keys["publisher"])
        yield begun


def leads_to(page, title: str):
    """The link to a page in the margin."""
    return page.locator("section[data-testid=stSidebar]").get_by_role("link", name=title)


def upload(stack, developer, name: str, body: str) -> str:
    """A developer who is signed in uploads a zip and proposes it; gives the id of the proposal, which they look at now."""
    page = developer.page
    content = zipped({"SKILL.md": skill_md(name, body=f"# Steps\n\n{body}\n")}, name)
    leads_to(page, "Upload").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "skill.zip", "mimeType": "application/zip", "buffer": content}
    )
    expect(page.get_by_text("may go live")).to_be_visible()
    page.get_by_label("Title").fill(body)
    page.get_by_role("button", name="Propose", exact=True).click()
    expect(page.get_by_role("heading", name=body)).to_be_visible()
    [which] = [each["id"] for each in stack.admin("GET", "/proposals").json()["proposals"] if each["title"] == body]
    return which


def merge(publisher, title: str, says: str) -> None:
    """A publisher who is signed in merges it, and the page follows it until it says so."""
    page = publisher.page
    leads_to(page, "Proposals").click()
    page.get_by_role("link", name=title).click()
    page.get_by_role("button", name="Merge").click()
    page.get_by_role("dialog").get_by_role("button", name="Merge").click()
    expect(page.get_by_text(says)).to_be_visible()


def test_an_uploaded_skill_reaches_clients_and_is_rolled_back(stack, developer, publisher):
    upload(stack, developer, "invoices", FIRST)
    assert stack.told("invoices") is None
    merge(publisher, FIRST, "invoices is live as version 1.")
    stack.until_told("invoices", FIRST)

    upload(stack, developer, "invoices", SECOND)
    merge(publisher, SECOND, "invoices is live as version 2.")
    stack.until_told("invoices", SECOND)

    page = publisher.page
    page.get_by_role("link", name="invoices").click()
    page.get_by_role("button", name="Roll back").click()
    page.get_by_role("dialog").get_by_role("textbox", name="Reason").fill("The total is often missing.")
    page.get_by_role("dialog").get_by_role("button", name="Roll back").click()
    expect(page.get_by_text("Live on the one replica there is.")).to_be_visible()
    assert FIRST in stack.told("invoices")
    expect(page.get_by_text(FIRST)).to_be_visible()
    expect(page.get_by_text("Rolled back to version 1 by A publisher")).to_be_visible()


def test_a_developer_is_refused_what_publishers_do_on_the_page_and_behind_it(stack, developer):
    which = upload(stack, developer, "receipts", "Sort the receipts by day.")
    page = developer.page
    expect(page.get_by_role("button", name="Close")).to_be_visible()
    expect(page.get_by_role("button", name="Merge")).to_have_count(0)
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    head = stack.admin("GET", f"/proposals/{which}", "developer").json()["commit"]
    assert stack.admin("POST", f"/proposals/{which}/merge", "developer", json={"head": head}).status_code == 403

    developer.open("skill", name="csv-profile")
    expect(page.get_by_role("heading", name="csv-profile")).to_be_visible()
    developer.settled()
    expect(page.get_by_role("button", name="Roll back")).to_have_count(0)
    expect(page.get_by_role("button", name="Take offline")).to_have_count(0)
    said = {"version": 1, "reason": "Because."}
    assert stack.admin("POST", "/skills/csv-profile/rollback", "developer", json=said).status_code == 403

    developer.open("logs")
    expect(page.get_by_text("This page needs the scope logs:read")).to_be_visible()
    expect(leads_to(page, "Proposals")).to_be_visible()
    expect(leads_to(page, "Logs")).to_have_count(0)
    assert stack.admin("GET", "/logs", "developer").status_code == 403
    assert stack.told("receipts") is None


@pytest.mark.nightly
def test_a_rollback_is_shown_until_every_replica_of_a_fleet_has_it(tmp_path, ministack, valkey, browser):
    with fleet(tmp_path, ministack, valkey.url, publishers=1, servers=2) as ships:
        ships.start()
        for body in (FIRST, SECOND):
            ships.push(skill_folder("invoices", body=f"# Steps\n\n{body}\n"))
            ships.settle()
        with dashboard(ships.servers[0].url) as url, visiting(browser, url) as visit:
            visit.open("skill", name="invoices")
            visit.page.get_by_role("button", name="Continue without a key").click()
            visit.page.get_by_role("button", name="Roll back").click()
            dialog = visit.page.get_by_role("dialog")
            dialog.get_by_role("textbox", name="Reason").fill("The total is often missing.")
            dialog.get_by_role("button", name="Roll back").click()
            expect(visit.page.get_by_text("Live on all 2 replicas.")).to_be_visible()

            assert ships.served_versions("invoices") == [1, 1]
