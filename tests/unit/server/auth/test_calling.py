"""Which request is which, for the audit trail and for whoever asked."""

import re

import pytest

from mcpskills.audit import Actor
from mcpskills_server.auth.calling import actor, called_by, request_id
from way_in import a_caller


def a_scope(*headers: tuple[bytes, bytes]):
    return {"type": "http", "client": ("192.0.2.7", 4242), "headers": list(headers)}


def test_a_request_keeps_the_name_that_it_came_with():
    assert request_id(a_scope((b"x-request-id", b"01J-abc/7=="))) == "01J-abc/7=="


@pytest.mark.parametrize("said", [b"", b"two words", b"line\nbreak", b"\xff", b"x" * 129])
def test_what_is_no_sane_word_is_replaced_by_a_name_of_our_own(said):
    assert re.fullmatch("[0-9a-f]{32}", request_id(a_scope((b"x-request-id", said))))


def test_two_names_are_as_good_as_none():
    scope = a_scope((b"x-request-id", b"one"), (b"x-request-id", b"two"))

    assert request_id(scope) not in {"one", "two"}


def test_a_request_has_one_name_however_often_it_is_asked_for():
    scope = a_scope()

    assert request_id(scope) == request_id(scope)


def test_the_trail_is_told_who_from_where_and_by_which_request():
    scope = a_scope((b"x-request-id", b"req-1"))
    called_by(scope, a_caller(name="ada"))

    assert actor(scope) == Actor("ada", "192.0.2.7", "req-1", "key:owner")
