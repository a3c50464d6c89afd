"""How long a page of the dashboard takes in a browser, from the click until nothing moves any more."""

import itertools
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from past import SHOWN, corpus
from proposed import changed

from browsing import PATIENCE_MS, Visit, chromium, visiting
from dashboard_process import dashboard
from mcpskills import package
from mcpskills.folder import SkillFolder

TITLES: Final = ("Releases", "Proposals", "Analytics", "Logs", "Audit", "Settings", "New skill", "Upload", "Skills")

_LOOKED_FOR: Final = corpus.name(SHOWN)
_HEAD: Final = "h1"
_LINK: Final = "[data-testid=stMain] a"
_LINES: Final = ".mcpskills-pane .view-lines"
_METRIC: Final = "[data-testid=stMetric]"
_SETTLED: Final = """([where, said]) => document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')
    && !document.querySelector('[data-stale=true], .mcpskills-waiting')
    && [...document.querySelectorAll(where)].some(each => each.innerText.includes(said))"""


@dataclass(frozen=True, slots=True)
class Shown:
    """Milliseconds: the first time, and the middle and the slowest of the others."""

    page: str
    first: float
    middle: float
    slowest: float


@dataclass(slots=True)
class _Turns:
    """One visit that goes over the pages again and again, and how long each of them took."""

    visit: Visit
    took: dict[str, list[float]] = field(default_factory=dict)

    def time(self, page: str, act: Callable[[], None], where: str, said: str) -> None:
        """Until something that a selector finds says a text, and the page rests."""
        began = time.perf_counter()
        act()
        self.visit.page.wait_for_function(_SETTLED, arg=[where, said], polling="raf", timeout=PATIENCE_MS)
        self.took.setdefault(page, []).append((time.perf_counter() - began) * 1000)

    def go(self, title: str) -> None:
        margin = self.visit.page.locator("section[data-testid=stSidebar]")
        self.time(title, margin.get_by_role("link", name=title, exact=True).click, _HEAD, title)

    def follow(self, page: str, link: str, where: str, said: str) -> None:
        main = self.visit.page.get_by_test_id("stMain")
        self.time(page, main.get_by_role("link", name=link, exact=True).click, where, said)

    def press(self, page: str, button: str, where: str, said: str) -> None:
        self.time(page, self.visit.page.get_by_role("button", name=button).click, where, said)


def measure(api: str, key: str, times: int) -> Sequence[Shown]:
    """Every page of the navigation, a search among skills, one skill and its editor, one proposal, and drafts, in turns.

    Each turn opens another skill, as a draft that was begun is kept.
    """
    zipped = _zipped()
    with _signed_in(api, key) as visit:
        turns = _Turns(visit)
        for number in range(times + 1):
            for title in TITLES:
                turns.go(title)
            _look_for(turns)
            _open_skill(turns, corpus.name(number))
            _open_proposal(turns)
            _begin(turns, f"begun-{number:03}")
            _upload(turns, zipped)
        return [Shown(page, each[0], statistics.median(each[1:]), max(each[1:])) for page, each in turns.took.items()]


def _look_for(turns: _Turns) -> None:
    search = turns.visit.page.get_by_placeholder("Name, description, tag")

    def say(words: str) -> None:
        search.fill(words)
        search.press("Enter")

    turns.time("Skills, looked for by name", lambda: say(_LOOKED_FOR), _LINK, _LOOKED_FOR)
    turns.time("Skills, all again", lambda: say(""), _LINK, corpus.name(0))


def _open_skill(turns: _Turns, name: str) -> None:
    turns.follow("a skill", name, _HEAD, name)
    turns.follow("Edit", "Edit", _LINES, name)


def _open_proposal(turns: _Turns) -> None:
    turns.go("Proposals")
    newest = turns.visit.page.get_by_test_id("stMain").get_by_role("link").first.inner_text().strip()
    title = newest.splitlines()[-1]
    turns.follow("a proposal", title, _HEAD, title)


def _begin(turns: _Turns, name: str) -> None:
    turns.go("New skill")
    turns.visit.page.get_by_role("textbox", name="Name").fill(name)
    turns.press("New skill, begun", "Begin", _LINES, name)
    turns.press("New skill, another one", "Begin another one", _HEAD, "New skill")


def _upload(turns: _Turns, zipped: bytes) -> None:
    turns.go("Upload")
    chosen = turns.visit.page.locator("input[type=file]")
    file = {"name": "skill.zip", "mimeType": package.MEDIA_TYPE, "buffer": zipped}
    turns.time("Upload, judged", lambda: chosen.set_input_files([file]), _METRIC, _LOOKED_FOR)


def _zipped() -> bytes:
    shown = next(itertools.islice(corpus.folders(SHOWN + 1), SHOWN, None))
    return package.build(SkillFolder(shown.path, changed(shown))).archive


@contextmanager
def _signed_in(api: str, key: str) -> Iterator[Visit]:
    with dashboard(api) as url, chromium() as browser, visiting(browser, url) as visit:
        visit.open()
        visit.sign_in(key)
        visit.settled()
        yield visit
