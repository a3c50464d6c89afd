import pytest

from browsing import chromium, visiting
from builders import skill_folder
from dashboard_office import office
from dashboard_process import dashboard


@pytest.fixture(scope="module")
def an_office(tmp_path_factory):
    """One for all stories of a file; whoever changes something uses a skill of their own."""
    with office(tmp_path_factory.mktemp("office")) as made:
        made.publish(
            skill_folder("pdf-forms", body="# Forms\n\nFill the form.\n"),
            skill_folder("csv-profile", body="# Profile\n\nCount the rows.\n"),
        )
        made.propose("count-columns", skill_folder("csv-profile", body="# Profile\n\nCount rows and columns.\n"))
        yield made


@pytest.fixture(scope="module")
def a_dashboard(an_office):
    """Where the pages of the office are, for a browser."""
    with dashboard(an_office.url) as url:
        yield url


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture
def visit(browser, a_dashboard):
    """Somebody who has not signed in yet; that nothing left the machine is looked at in the end."""
    with visiting(browser, a_dashboard) as begun:
        yield begun
