"""Which addresses the server connects to when it asks an identity provider: nothing that a URL could lead to by surprise."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, urlsplit

from mcpskills.errors import InvalidInputError
from mcpskills.printable import quoted
from mcpskills_server.auth.loopback import is_loopback

Address = IPv4Address | IPv6Address

_NAT64: Final = ip_network("64:ff9b::/96")
_NEVER: Final = (ip_network("0.0.0.0/8"), ip_network("fd00:ec2::/32"))
"""What stands for "this machine", and the metadata service of EC2, which is an address of a private network in IPv6."""


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


def target(url: str) -> SplitResult:
    """The parts of a URL that may be asked at all: by HTTPS, or on this machine.

    Raises `InvalidInputError`.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise InvalidInputError(f"Expected a URL, got {quoted(url, 200)}: {error}.") from error
    if not parts.hostname or not url.isascii() or not url.isprintable() or " " in url:
        raise InvalidInputError(f"Expected a URL with a host, got {quoted(url, 200)}.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise InvalidInputError(f"Expected a URL without user, password and fragment, got {quoted(url, 200)}.")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        raise InvalidInputError(f"Expected an https URL, or http on this machine, got {quoted(url, 200)}.")
    return parts


def refused(addresses: Sequence[str], reach: Reach) -> str | None:
    """The first of the addresses that may not be connected to. A name of which one leads astray is not used at all."""
    return next((text for text in addresses if not reach.allows(ip_address(text.partition("%")[0]))), None)


def _embedded(address: Address) -> Address:
    """The IPv4 address that an IPv6 address only wraps, else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
