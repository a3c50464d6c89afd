"""What is so on every page and in every part of one, in a real browser: nothing leaves the machine, and nobody is left out."""

from functools import partial

import pytest

from browsing import Visit, visiting
from builders import skill_folder
from dashboard_office import Office
from mcpskills_dashboard import language, navigation
from pictured_office import pictured_office
from shown_pages import DIALOG, MENU, PAGES, PARTS, TOAST, Part

ISSUER = "https://login.example.com/pool"


@pytest.fixture(scope="module")
def an_office(tmp_path_factory):
    """One with a past, and with what is rare."""
    with pictured_office(tmp_path_factory.mktemp("office")) as made:
        broken = "---\nname: undescribed\n---\n# No description\n"
        made.propose("undescribed", skill_folder("undescribed", text=broken))
        made.propose("unwanted", skill_folder("unwanted"))
        changed(made, "POST", "/proposals/unwanted/close", {"comment": "There is another one."})
        grace = {"name": "Grace", "roles": ["developer"], "groups": ["office"], "disabled": False}
        changed(made, "PUT", f"/users/u-1?issuer={ISSUER}", grace)
        changed(made, "PUT", f"/users/u-2?issuer={ISSUER}", {**grace, "name": "Linus", "disabled": True})
        changed(made, "PUT", "/secrets/OCR_API_KEY", {"value": "a value that nobody sees"})
        changed(made, "PUT", "/secrets/OCR_API_KEY/grants", {"skills": ["pdf-forms"]})
        yield made


def changed(office: Office, method: str, path: str, said: dict[str, object]) -> None:
    assert office.admin(method, path, json=said).is_success


def test_every_page_is_looked_at():
    assert set(PAGES) == {row.path for row in navigation.PAGES}
    assert set(PARTS) <= set(PAGES)


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.nightly)])
def test_no_page_leaves_the_machine_or_anybody_out(an_office, a_dashboard, browser, scheme):
    with visiting(browser, a_dashboard, scheme=scheme) as visit:
        visit.open()
        visit.sign_in(an_office.keys["owner"])
        for path, parameters in PAGES.items():
            visit.open(path, **parameters)
            visit.page.locator("section[data-testid=stSidebar]").wait_for()
            visit.settled()

            assert (path, visit.grave_findings()) == (path, [])


@pytest.mark.parametrize(
    ("scheme", "spoken"),
    [
        ("dark", "en"),
        pytest.param("light", "en", marks=pytest.mark.nightly),
        pytest.param("dark", "zh", marks=pytest.mark.nightly),
        pytest.param("light", "zh", marks=pytest.mark.nightly),
    ],
)
def test_no_part_of_a_page_leaves_the_machine_or_anybody_out(an_office, a_dashboard, browser, scheme, spoken):
    with visiting(browser, a_dashboard, scheme=scheme, locale=spoken) as visit:
        visit.open()
        visit.sign_in(an_office.keys["owner"])

        found = {f"{path}, {part.name}": grave_findings(visit, spoken, part) for path, part in walked(visit)}

        assert {name: findings for name, findings in found.items() if findings} == {}


def walked(visit: Visit):
    """Each part, once the page is where its steps begin."""
    for path, parts in PARTS.items():
        address = None
        for part in parts:
            if part.address == address:
                close_what_stands_over(visit)
            else:
                visit.open(path, **part.address)
                visit.settled()
                address = part.address
            yield path, part


def close_what_stands_over(visit: Visit) -> None:
    over = visit.page.locator(f"{DIALOG}, {MENU}")
    if over.count():
        visit.page.keyboard.press("Escape")
        over.first.wait_for(state="detached")


def grave_findings(visit: Visit, spoken: str, part: Part) -> list[str]:
    """What is found where the part is: in what stands over the page, else in the page without its margin."""
    for step in part.steps:
        step(visit, partial(language.text, spoken))
    visit.page.locator(part.until).first.wait_for()
    visit.settled()
    places = [place for place in (DIALOG, MENU, TOAST) if part.until.startswith(place)]
    return visit.grave_findings(places[0] if places else "[data-testid=stMain]")


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.nightly)])
def test_who_is_not_signed_in_is_not_left_out(a_dashboard, browser, scheme):
    with visiting(browser, a_dashboard, scheme=scheme) as visit:
        visit.open()
        visit.settled()

        assert visit.grave_findings() == []
