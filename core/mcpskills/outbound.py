"""Addresses that our processes ask: one place that says which, whoever wrote them down, and for every hop of a redirect.

Settings name them, and a setting may be wrong or a name's address change: what hands a machine its credentials is never asked.
"""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, urlsplit

from mcpskills.errors import InvalidInputError, UnavailableError
from mcpskills.loopback import is_loopback
from mcpskills.printable import quoted

Address = IPv4Address | IPv6Address

_NAT64: Final = ip_network("64:ff9b::/96")
_NEVER: Final = (
    ip_network("0.0.0.0/8"),
    ip_network("fd00:ec2::/32"),
    ip_network("100.100.100.200/32"),
    ip_network("168.63.129.16/32"),
)
"""What stands for "this machine", and where EC2 (IPv6), Alibaba and Azure have their metadata; others are link-local."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What may be connected to beside public addresses."""

    loopback: bool = False
    private: bool = False

    def allows(self, address: Address) -> bool:
        """Link-local addresses, where clouds tell secrets, are never allowed; neither is what is no single machine's."""
        plain = _embedded(address)
        if plain.is_loopback:
            return self.loopback
        if plain.is_link_local or plain.is_multicast or plain.is_unspecified or plain.is_reserved:
            return False
        if any(plain in network for network in _NEVER):
            return False
        return plain.is_global or self.private


_OPERATORS: Final = Reach(loopback=True, private=True)
"""Of servers that the operator named: a forge or a model may well be in a network of their own."""


def target(url: str) -> SplitResult:
    """The parts of a URL that secrets or trust may depend on: by HTTPS, or on this machine. Nothing is looked up.

    Raises `InvalidInputError`.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise InvalidInputError(f"Expected a URL, got {quoted(url, 200)}: {error}.") from error
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise InvalidInputError("Expected a URL without user, password and fragment, got one with.")
    if not parts.hostname or not url.isascii() or not url.isprintable() or " " in url:
        raise InvalidInputError(f"Expected a URL with a host, got {quoted(url, 200)}.")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        raise InvalidInputError(f"Expected an https URL, or http on this machine, got {quoted(url, 200)}.")
    return parts


def confidential(url: str, setting: str) -> str:
    """The URL, if it is a `target`. Raises `InvalidInputError` that names the setting."""
    try:
        target(url)
    except InvalidInputError as error:
        raise InvalidInputError(f"{setting}: {error.message} See docs/settings.md.") from error
    return url


def refused(addresses: Sequence[str], reach: Reach) -> str | None:
    """The first of the addresses that may not be connected to. A name of which one leads astray is not used at all."""
    return next((text for text in addresses if not reach.allows(ip_address(text.partition("%")[0]))), None)


def checked(url: str) -> str:
    """The URL, if it may be asked now. Names are looked up; one that nobody knows is left to whoever connects.

    Blocks. Raises `InvalidInputError` for another scheme than http and https, `UnavailableError` for a host that is, or has the
    address of, no place to ask.
    """
    try:
        parts = urlsplit(url)
        known = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        known = False
    if not known:
        raise InvalidInputError("The address to ask: expected one like https://host/path, got none.")
    astray = refused(_addresses(parts.hostname or "", parts.port), _OPERATORS)
    if astray is not None:
        shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        raise UnavailableError(
            f"{quoted(shown, 200)} is never asked: {astray} is no server of anybody's, but a service of the machine, of the "
            "network or of the cloud. Name another host."
        )
    return url


def _addresses(host: str, port: int | None) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(address[4][0]) for address in found]


def _embedded(address: Address) -> Address:
    """The IPv4 address that an IPv6 address only wraps, else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
