"""Which addresses are asked: by what a URL says, and by the addresses that its name has."""

from ipaddress import ip_address

import pytest

from mcpskills import outbound
from mcpskills.errors import InvalidInputError, UnavailableError
from mcpskills.outbound import Reach

PUBLIC = ["203.0.114.7", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
PRIVATE = [
    "10.0.0.8",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "fd12:3456::1",
    "::ffff:10.0.0.8",
    "64:ff9b::a00:8",
    "2002:a00:8::1",
]
LOOPBACK = ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"]
NEVER = [
    "169.254.169.254",
    "169.254.170.2",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "2002:a9fe:a9fe::1",
    "fe80::1",
    "fd00:ec2::254",
    "0.0.0.0",
    "0.1.2.3",
    "::",
    "224.0.0.1",
    "ff02::1",
    "240.0.0.1",
    "255.255.255.255",
]
EVERYWHERE = Reach(loopback=True, private=True)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_asked(address):
    assert Reach().allows(ip_address(address))


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_asked_where_that_is_said(address):
    assert [Reach(private=said).allows(ip_address(address)) for said in (False, True)] == [False, True]


@pytest.mark.parametrize("address", LOOPBACK)
def test_this_machine_is_asked_where_that_is_said(address):
    assert [Reach(loopback=said).allows(ip_address(address)) for said in (False, True)] == [False, True]


@pytest.mark.parametrize("address", NEVER)
def test_addresses_where_a_cloud_tells_secrets_or_that_are_no_ones_are_never_asked(address):
    assert not EVERYWHERE.allows(ip_address(address))


def test_a_name_is_not_used_when_one_of_its_addresses_leads_astray():
    assert outbound.refused(["8.8.8.8", "169.254.169.254"], EVERYWHERE) == "169.254.169.254"
    assert outbound.refused(["8.8.8.8", "fe80::1%eth0"], EVERYWHERE) == "fe80::1%eth0"
    assert outbound.refused(["8.8.8.8", "127.0.0.1"], EVERYWHERE) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://login.example.com/pool",
        "https://login.example.com:8443/keys?version=2",
        "http://127.0.0.1:4566/pool",
        "http://localhost/pool",
        "http://[::1]:4566/pool",
    ],
)
def test_urls_by_https_or_on_this_machine_are_asked(url):
    assert outbound.target(url).geturl() == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "login.example.com",
        "//login.example.com",
        "https://",
        "https:///keys",
        "http://login.example.com/keys",
        "http://localhost.example.com/keys",
        "http://127.0.0.1.example.com/keys",
        "http://10.0.0.8/keys",
        "ftp://login.example.com/keys",
        "file:///etc/passwd",
        "data:application/json,{}",
        "unix:/run/docker.sock",
        "https://user:secret@login.example.com/keys",
        "https://localhost@login.example.com/keys",
        "https://login.example.com/keys#part",
        "https://login.example.com:port/keys",
        "https://login.example.com:99999/keys",
        "https://[::1/keys",
        "https://login.example.com/a b",
        "https://login.example.com/keys\r\nHost: other",
        "https://login.example.com/keys\0",
        "https://lögin.example.com/keys",
    ],
)
def test_other_urls_are_not_asked(url):
    with pytest.raises(InvalidInputError, match="Expected a"):
        outbound.target(url)


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
