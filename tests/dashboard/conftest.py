from datetime import UTC, datetime, timedelta

import pytest

from browsing import chromium, visiting
from builders import skill_folder
from dashboard_office import office
from dashboard_process import dashboard
from mcpskills.journal import InvocationStatus
from statistics_builders import a_call


@pytest.fixture(scope="module")
def an_office(tmp_path_factory):
    """One for all stories of a file; whoever changes something uses a skill of their own."""
    with office(tmp_path_factory.mktemp("office"), calls()) as made:
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


def calls():
    """Of six days: `pdf-forms` in two versions, more often the longer ago; `csv-profile` twice a day, and once in vain."""
    found, now = [], datetime.now(UTC)
    for day in range(6):
        at = now - timedelta(days=day)
        found += [a_call(at, principal=f"key:{number}", version=1 if day else 2) for number in range(day + 3)]
        found.append(a_call(at, skill="csv-profile", status=InvocationStatus.ERROR, duration=1.5))
        found.append(a_call(at, skill="csv-profile", duration=0.02))
    return found
