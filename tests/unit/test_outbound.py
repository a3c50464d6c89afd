"""Which addresses are asked."""

import pytest

from mcpskills import outbound
from mcpskills.errors import InvalidInputError, UnavailableError

SETTING = "MCPSKILLS_GITHUB_API"


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "169.254.170.2",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "100.100.100.200",
        "168.63.129.16",
        "0.0.0.0",
        "[::]",
        "224.0.0.1",
        "[::ffff:169.254.169.254]",
        "2852039166",
        "0xa9fea9fe",
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_services_of_machine_network_and_cloud_are_never_asked_in_whatever_form(scheme: str, host: str):
    with pytest.raises(UnavailableError, match="is never asked"):
        outbound.checked(f"{scheme}://{host}/latest/meta-data/")


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org/", "file:///etc/passwd", "gopher://example.org", "//example.org", "", "http://", "https://[::"],
)
def test_what_is_no_web_address_is_not_asked(url: str):
    with pytest.raises(InvalidInputError, match="like https://host/path"):
        outbound.checked(url)


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1:8443/api", "http://localhost:8000", "https://10.1.2.3/api/v3", "https://[::1]/"]
)
def test_servers_of_this_machine_and_of_a_private_network_are_asked(url: str):
    assert outbound.checked(url) == url


def test_a_name_that_nobody_knows_is_left_to_whoever_connects():
    assert outbound.checked("https://nobody.invalid/") == "https://nobody.invalid/"


@pytest.mark.parametrize(
    "url", ["https://github.example.org/api/v3", "http://127.0.0.1:8001", "http://[::1]:80/", "http://localhost"]
)
def test_secrets_go_over_https_or_stay_on_this_machine(url: str):
    assert outbound.confidential(url, SETTING) == url


@pytest.mark.parametrize(
    "url", ["http://github.example.org/api/v3", "http://localhost.example.org", "http://10.0.0.1", "ftp://localhost"]
)
def test_secrets_go_nowhere_else(url: str):
    with pytest.raises(InvalidInputError):
        outbound.confidential(url, SETTING)


def test_a_password_in_an_address_is_refused_and_not_repeated():
    with pytest.raises(InvalidInputError, match=SETTING) as refused:
        outbound.confidential("https://ada:hunter2@github.example.org", SETTING)

    assert "hunter2" not in refused.value.message
