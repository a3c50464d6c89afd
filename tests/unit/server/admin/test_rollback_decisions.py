"""Where a rollback goes."""

import pytest

from catalog_builders import NOON, a_hold, a_version
from mcpskills.errors import ConflictError, InvalidInputError, NotFoundError
from mcpskills.version import SkillRecord
from mcpskills_server.admin import rollback
from mcpskills_server.admin.change_models import RollbackRequest

VERSIONS = [a_version(3), a_version(2), a_version(1)]


def a_record(*, live=3, wanted=3, hold=None):
    return SkillRecord(
        name="pdf-forms",
        path="skills/pdf-forms",
        tree="a" * 40,
        live=live,
        wanted=wanted,
        hold=hold,
        deleted=False,
        load_error=None,
        generation=1,
        updated_at=NOON,
    )


def test_the_target_is_the_newest_version_before_the_live_one():
    assert rollback.target(a_record(), VERSIONS, None).number == 2
    assert rollback.target(a_record(live=2), VERSIONS, None).number == 1


def test_a_version_that_was_said_may_be_newer_than_the_live_one():
    assert rollback.target(a_record(live=1), VERSIONS, 3).number == 3


def test_there_is_no_guess_for_a_skill_of_which_nothing_is_live():
    with pytest.raises(ConflictError, match="say which version"):
        rollback.target(a_record(live=None), VERSIONS, None)


def test_an_unknown_version_is_not_found():
    with pytest.raises(NotFoundError, match="has no version 4; its newest is 3"):
        rollback.target(a_record(), VERSIONS, 4)


def test_a_rollback_that_is_in_force_is_held_and_another_live_version_is_a_conflict():
    request = RollbackRequest(reason="Bad.")

    assert rollback.is_held(a_record(live=1, hold=a_hold(1)), VERSIONS[2], request)
    assert not rollback.is_held(a_record(), VERSIONS[2], request)
    with pytest.raises(ConflictError, match="Version 3 of 'pdf-forms' is live already"):
        rollback.is_held(a_record(), VERSIONS[0], request)


@pytest.mark.parametrize("end", [{"until": "superseded"}, {"expires_at": NOON}])
def test_a_rollback_to_the_held_version_with_another_end_is_not_held_yet(end):
    request = RollbackRequest(reason="Bad.", **end)

    assert not rollback.is_held(a_record(live=1, hold=a_hold(1)), VERSIONS[2], request)


def test_a_hold_that_would_have_ended_already_is_refused():
    request = RollbackRequest(reason="Bad.", expires_at=NOON)

    with pytest.raises(InvalidInputError, match="must lie in the future"):
        rollback.hold(a_record(), VERSIONS[1], request, actor="local", now=NOON)


def test_a_hold_names_what_was_live_or_what_was_bad_in_the_first_place():
    request = RollbackRequest(reason="Bad.")

    first = rollback.hold(a_record(), VERSIONS[1], request, actor="local", now=NOON)
    second = rollback.hold(a_record(live=2, hold=first), VERSIONS[2], request, actor="local", now=NOON)

    assert (first.version, first.instead_of) == (2, 3)
    assert (second.version, second.instead_of) == (1, 3)
