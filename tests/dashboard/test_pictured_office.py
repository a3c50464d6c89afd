"""The office that pictures are taken of, which nothing else builds."""

import pytest

from pictured_office import pictured_office

pytestmark = pytest.mark.nightly


def test_whoever_called_in_pictures_has_the_name_of_a_key(tmp_path):
    with pictured_office(tmp_path) as office:
        told = office.admin("GET", "/logs").json()["invocations"]

    assert {call["principal_name"] for call in told} <= {"Ada", "CI", "Support", "Night batch", "Helpdesk"}
    assert told
