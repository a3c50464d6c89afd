import pytest

from mcpskills_server.mcp.security import protection
from mcpskills_server.settings import ServerSettings

LOOPBACK = ["127.0.0.1", "127.0.0.1:*", "localhost", "localhost:*", "[::1]", "[::1]:*"]


@pytest.mark.parametrize(
    ("host", "more"),
    [
        ("0.0.0.0", []),
        ("::", []),
        ("192.168.1.5", ["192.168.1.5", "192.168.1.5:*"]),
        ("fd00::5", ["[fd00::5]", "[fd00::5]:*"]),
        ("skills.example.org", ["skills.example.org", "skills.example.org:*"]),
    ],
)
def test_loopback_names_and_the_address_bound_to_are_answered(host, more):
    assert protection(ServerSettings(host=host)).allowed_hosts == [*LOOPBACK, *more]


def test_a_listed_host_with_a_port_is_answered_on_that_port_alone():
    allowed = protection(ServerSettings(host="0.0.0.0", allowed_hosts=("a.example:8443", "b.example:*"))).allowed_hosts

    assert [name for name in allowed if "example" in name] == ["a.example:8443", "b.example:*"]


def test_pages_of_the_hosts_that_are_answered_may_ask_and_those_that_are_listed():
    settings = ServerSettings(host="0.0.0.0", allowed_hosts=("a.example",), allowed_origins=("https://app.example",))

    origins = protection(settings).allowed_origins

    assert {"http://localhost:*", "https://a.example", "http://a.example:*", "https://app.example"} <= set(origins)


def test_a_star_turns_the_guard_off():
    assert not protection(ServerSettings(allowed_hosts=("*",))).enable_dns_rebinding_protection
