"""What somebody does on a page until a part of it is there: press, open, fill in.

A page is used by the words that it shows, so each step has their key in the dashboard's catalogs.
"""

from collections.abc import Callable
from typing import Any, Protocol

from playwright.sync_api import Locator

from browsing import Visit
from mcpskills import package
from mcpskills.folder import SkillFolder


class Words(Protocol):
    """The words of a key in the language of the visit."""

    def __call__(self, key: str, **values: Any) -> str: ...


Step = Callable[[Visit, Words], None]


def press(key: str, nth: int = 0) -> Step:
    """A button; the `nth` of those that say this."""
    return lambda visit, words: _button(_page(visit), words(key)).nth(nth).click()


def answer(key: str) -> Step:
    """A button of the dialog that is open."""
    return lambda visit, words: _button(_dialog(visit), words(key)).click()


def choose(action: str, *, menu: str, nth: int = 0) -> Step:
    """An action of a menu."""

    def step(visit: Visit, words: Words) -> None:
        press(menu, nth)(visit, words)
        visit.page.get_by_role("menuitem", name=words(action)).click()

    return step


def tab(key: str) -> Step:
    return lambda visit, words: _page(visit).get_by_role("tab", name=words(key)).click()


def show(key: str, **values: Any) -> Step:
    """A switch, one of several views, or what is folded: whatever says this is clicked."""
    return lambda visit, words: _page(visit).get_by_text(words(key, **values), exact=True).first.click()


def fill(key: str, text: str) -> Step:
    """A field of the page or of the dialog that is open."""

    def step(visit: Visit, words: Words) -> None:
        field = visit.page.get_by_label(words(key), exact=True)
        field.fill(text)
        field.press("Enter")

    return step


def pick(key: str) -> Step:
    """The first of what a field of a dialog offers."""

    def step(visit: Visit, words: Words) -> None:
        field = _dialog(visit).get_by_label(words(key), exact=True)
        field.press("ArrowDown")
        field.press("Enter")
        field.press("Tab")

    return step


def send(folder: SkillFolder) -> Step:
    """A zip of a skill."""
    file = {"name": "skill.zip", "mimeType": package.MEDIA_TYPE, "buffer": package.build(folder).archive}
    return lambda visit, _: visit.page.locator("input[type=file]").set_input_files([file])


def first_row(visit: Visit, _: Words) -> None:
    """The first row of a listing is chosen: it is drawn, so it is pressed by its place."""
    _page(visit).get_by_test_id("stDataFrame").click(position={"x": 15, "y": 50})


def hover(place: str) -> Step:
    """Somebody points at it, for as long as which it stays."""
    return lambda visit, _: visit.page.locator(place).hover()


def open_file(name: str) -> Step:
    """A file in the tree of the editor."""
    return lambda visit, _: visit.page.get_by_role("treeitem", name=name).click()


def _page(visit: Visit) -> Locator:
    return visit.page.get_by_test_id("stMain")


def _dialog(visit: Visit) -> Locator:
    visit.settled()
    return visit.page.get_by_role("dialog")


def _button(within: Locator, words: str) -> Locator:
    return within.get_by_role("button", name=words, exact=False)
