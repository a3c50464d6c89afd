"""Addresses that our processes ask: one place that says which, whoever wrote them down, and for every hop of a redirect.

Settings name them, and a setting may be wrong or a name's address change: the services that hand a machine its credentials
are never asked.
"""

import ipaddress
import socket
from ipaddress import IPv4Address, IPv6Address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from mcpskills.errors import InvalidInputError, UnavailableError

_NONE: Final = "expected an address like https://host/path, got none"
_SCHEMES: Final = frozenset({"http", "https"})
_METADATA: Final = frozenset(
    map(
        ipaddress.ip_address,
        # AWS over IPv6 and its EKS agent, Alibaba, Azure. Others are link-local, and so are ECS and EC2.
        ("fd00:ec2::254", "fd00:ec2::23", "100.100.100.200", "168.63.129.16"),
    )
)


def checked(url: str) -> str:
    """The URL, if it may be asked now. Names are looked up; one that nobody knows is left to whoever connects.

    Blocks. Raises `InvalidInputError` for another scheme than http and https, `UnavailableError` for a host that is, or has the
    address of, no place to ask.
    """
    parts = _parts(url)
    if parts is None:
        raise InvalidInputError(f"The address to ask: {_NONE}.")
    for address in _addresses(parts.hostname or "", parts.port):
        if not _may_be_asked(address):
            raise UnavailableError(
                f"{_shown(parts)} is never asked: {address} is no server of anybody's, but a service of the machine, of the "
                "network or of the cloud. Name another host."
            )
    return url


def confidential(url: str, setting: str) -> str:
    """The URL, if secrets may go there: https, or http to this machine. Nothing is looked up.

    Raises `InvalidInputError` that names the setting.
    """
    parts = _parts(url)
    if parts is None:
        raise InvalidInputError(f"{setting}: {_NONE}.")
    if parts.username is not None or parts.password is not None:
        raise InvalidInputError(f"{setting}: expected an address without user and password, got one with.")
    if parts.scheme == "https" or _is_loopback(parts.hostname or ""):
        return url
    raise InvalidInputError(
        f"{setting}: expected an address with https://, because secrets are sent there, got {_shown(parts)}."
    )


def _parts(url: str) -> SplitResult | None:
    """None for what is no address on the web."""
    try:
        parts = urlsplit(url)
        known = parts.scheme in _SCHEMES and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if known else None


def _addresses(host: str, port: int | None) -> list[IPv4Address | IPv6Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [_plain(str(address[0])) for *_, address in found]


def _plain(text: str) -> IPv4Address | IPv6Address:
    address = ipaddress.ip_address(text.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _may_be_asked(address: IPv4Address | IPv6Address) -> bool:
    if address in _METADATA:
        return False
    return not (address.is_link_local or address.is_multicast or address.is_unspecified)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return _plain(host).is_loopback
    except ValueError:
        return False


def _shown(parts: SplitResult) -> str:
    """Without what may be secret in it."""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
