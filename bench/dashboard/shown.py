"""How long a page of the dashboard takes in a browser, from the click until nothing moves any more."""

import functools
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from past import SHOWN, corpus

from browsing import PATIENCE_MS, Visit, chromium, visiting
from dashboard_process import dashboard

_LOOKED_FOR: Final = corpus.name(SHOWN)
_OPENED: Final = corpus.name(0)
TITLES: Final = ("Releases", "Proposals", "Analytics", "Logs", "Audit", "Settings", "Skills")

_HEAD: Final = "h1"
_LINK: Final = "[data-testid=stMain] a"
_SETTLED: Final = """([where, said]) => document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')
    && !document.querySelector('[data-stale=true]')
    && [...document.querySelectorAll(where)].some(each => each.innerText.includes(said))"""


@dataclass(frozen=True, slots=True)
class Shown:
    """Milliseconds: the first time, and the middle and the slowest of the others."""

    page: str
    first: float
    middle: float
    slowest: float


def measure(api: str, key: str, times: int) -> Sequence[Shown]:
    """Every page of the navigation, a search among skills, and the page of one, in turns."""
    took: dict[str, list[float]] = {}
    with _signed_in(api, key) as visit:
        margin = visit.page.locator("section[data-testid=stSidebar]")
        search = visit.page.get_by_placeholder("Words of name")

        def look_for(words: str) -> None:
            search.fill(words)
            search.press("Enter")

        for _ in range(times + 1):
            for title in TITLES:
                link = margin.get_by_role("link", name=title, exact=True)
                took.setdefault(title, []).append(_milliseconds(visit, link.click, (_HEAD, title)))
            found = _milliseconds(visit, functools.partial(look_for, _LOOKED_FOR), (_LINK, _LOOKED_FOR))
            took.setdefault("Skills, looked for by name", []).append(found)
            _milliseconds(visit, functools.partial(look_for, ""), (_LINK, _OPENED))
            skill = visit.page.get_by_role("link", name=_OPENED)
            took.setdefault("a skill", []).append(_milliseconds(visit, skill.click, (_HEAD, _OPENED)))
    return [Shown(page, each[0], statistics.median(each[1:]), max(each[1:])) for page, each in took.items()]


@contextmanager
def _signed_in(api: str, key: str) -> Iterator[Visit]:
    with dashboard(api) as url, chromium() as browser, visiting(browser, url) as visit:
        visit.open()
        visit.sign_in(key)
        visit.settled()
        yield visit


def _milliseconds(visit: Visit, act: Callable[[], None], until: tuple[str, str]) -> float:
    """Until something that a selector finds says a text, and the page rests."""
    began = time.perf_counter()
    act()
    visit.page.wait_for_function(_SETTLED, arg=list(until), polling="raf", timeout=PATIENCE_MS)
    return (time.perf_counter() - began) * 1000
