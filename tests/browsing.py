"""A real browser on the dashboard's pages: Chromium, which tells of each request that would leave the machine."""

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from e2e.node_clients import MODULES, require_node_clients

PATIENCE_MS = 30_000
_HERE = {"127.0.0.1", "localhost"}
_AXE = MODULES / "axe-core" / "axe.min.js"
# What is on its way from one colour to another has colours that nobody reads: a button in the moment after something was typed.
_FINDINGS = """async where => {
    const passing = document.getAnimations().filter(one => one.effect.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(passing.map(one => one.finished));
    return (await axe.run(where, {resultTypes: ['violations']})).violations.map(
    ({id, impact, nodes}) => ({id, impact, nodes: nodes.slice(0, 3).map(node => node.html.slice(0, 200))}));
}"""
_GRAVE = {"serious", "critical"}
# Streamlit asks for its parts below the path of a deep link first, where they are not.
_EXPECTED = ("404 (Not Found)",)


@dataclass
class Visit:
    """A page of the browser on a dashboard. `left` are requests for another machine, `complaints` what the browser finds."""

    page: Page
    url: str
    left: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str = "", **parameters: str) -> None:
        """Go to an address of the dashboard. Who has signed in by key still is."""
        self.page.goto(f"{self.url}/{path}" + (f"?{urlencode(parameters)}" if parameters else ""))

    def sign_in(self, key: str) -> None:
        # Streamlit forgets an Enter that comes before it knows the form's button; after a sign-out the page before is settled.
        field = self.page.locator("input[type=password]")
        expect(field).to_be_visible(timeout=PATIENCE_MS)
        self.settled()
        field.fill(key)
        with self.page.expect_response("**/visit"):
            field.press("Enter")
        expect(self.page.locator("section[data-testid=stSidebar]")).to_be_visible(timeout=PATIENCE_MS)

    def settled(self) -> None:
        """Wait until the script has run to its end, nothing of an earlier run is left, and the editor is there, if one comes."""
        expect(self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()
        expect(self.page.locator("[data-stale=true]")).to_have_count(0)
        expect(self.page.locator(".mcpskills-waiting")).to_have_count(0)
        expect(self.page.get_by_test_id("stException")).to_have_count(0)

    def grave_findings(self, within: str = "html") -> list[str]:
        """What axe-core finds on the page, or in a part of it, that is serious for somebody who uses it otherwise."""
        require_node_clients()
        # It takes longer to read the program than to run it.
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(_AXE.read_text(encoding="utf-8"))
        found: list[dict[str, Any]] = self.page.evaluate(_FINDINGS, within)
        return [f"{each['id']}: {each['nodes']}" for each in found if each["impact"] in _GRAVE]

    def hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(each in message.text for each in _EXPECTED):
            self.complaints.append(message.text)

    def see(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in _HERE:
            self.left.append(request.url)


def chromium_program() -> str | None:
    """The same browser without a window if it is there: the whole one makes a window with pages of its own for each visit,
    which takes longer than most pages of ours."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's. It finds no address but those of this machine."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_program(),
            args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"],
        )
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def visiting(browser: Browser, url: str, *, scheme: str = "light", **more: Any) -> Iterator[Visit]:
    """Somebody's browser, without a past. At the end nothing may have left the machine, and nothing may have been amiss."""
    given = {"locale": "en-GB", "timezone_id": "Europe/Berlin", "viewport": {"width": 1360, "height": 850}, **more}
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce", **given)
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    visit = Visit(context.new_page(), url)
    context.on("request", visit.see)
    context.on("console", visit.hear)
    context.on("weberror", lambda error: visit.complaints.append(str(error.error)))
    try:
        yield visit
        assert visit.left == []
        assert visit.complaints == []
    finally:
        context.close()
