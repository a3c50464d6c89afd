"""Who is on this machine."""

import pytest
from starlette.datastructures import Headers

from mcpskills.loopback import is_loopback
from mcpskills_server.admin.admission import refusal


@pytest.mark.parametrize("host", ["localhost", "LocalHost.", "127.0.0.1", "127.255.0.3", "::1", "::ffff:127.0.0.1"])
def test_names_and_addresses_of_the_loopback_interface(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "localhost.example",
        "foo.localhost",
        "0.0.0.0",
        "::",
        "::ffff:10.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "10.0.0.1",
    ],
)
def test_everything_else_is_elsewhere(host):
    assert not is_loopback(host)


def test_a_caller_without_an_address_is_refused():
    reason = refusal(None, Headers({"host": "localhost"}))

    assert reason == "the request came from `an unknown address`"


def test_a_request_without_a_host_is_refused():
    reason = refusal("127.0.0.1", Headers({}))

    assert reason == "the request was addressed to `no host`, not to localhost"


def test_two_hosts_are_one_too_many():
    headers = Headers(raw=[(b"host", b"localhost"), (b"host", b"attacker.example")])

    reason = refusal("127.0.0.1", headers)

    assert reason == "the request was addressed to `localhost, attacker.example`, not to localhost"


def test_a_second_origin_counts_as_well():
    headers = Headers(raw=[(b"host", b"localhost"), (b"origin", b"http://localhost"), (b"origin", b"http://a.example")])

    reason = refusal("127.0.0.1", headers)

    assert reason == "the request was sent by a web page of `http://a.example`"


def test_what_a_header_says_is_shown_without_control_characters():
    reason = refusal("127.0.0.1", Headers(raw=[(b"host", b"a\x1b[2J\x85.example")]))

    assert reason is not None
    assert reason.isprintable()
