"""Addresses in commands: which of them are bare public IP addresses, however they are written."""

import ipaddress
import re

_HOST = re.compile(
    r"(?:\b(?:https?|ftp|tcp)://(?:[^\s/@\"'`]{0,100}@)?|/dev/(?:tcp|udp)/)(\[[0-9a-f:.]{2,45}\]"
    r"|[^\s/:?#\"'`|;&()<>]{1,255})"
    r"|(?<![\w./:@-])((?:\d{1,3}\.){3}\d{1,3})(?=[/:\s\"']|$)"
)
_NUMBER = re.compile(r"0x[0-9a-f]{1,8}|0[0-7]{0,11}|[1-9][0-9]{0,9}")
# Names that lead to the address that they contain.
_WILDCARD = re.compile(r"(?:[\w-]{1,60}\.){0,4}?((?:\d{1,3}[.-]){3}\d{1,3})\.(?:nip\.io|sslip\.io|xip\.io)")
_PARTS = 4


def public_address(command: str) -> str | None:
    """The first public IP address, v4 or v6, that a command names as a host; text in lower case."""
    for match in _HOST.finditer(command):
        address = _address((match[1] or match[2]).rstrip("."))
        if address is not None and address.is_global and not address.is_multicast:
            return str(address)
    return None


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    if host.startswith("["):
        return _v6(host[1:-1])
    wildcard = _WILDCARD.fullmatch(host)
    return _v4(wildcard[1].replace("-", ".") if wildcard else host)


def _v6(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.IPv6Address(host)
    except ValueError:
        return None
    return address.ipv4_mapped or address


def _v4(host: str) -> ipaddress.IPv4Address | None:
    """As inet_aton(3) reads it: one to four numbers, decimal, octal or hexadecimal, the last of which fills the rest."""
    parts = host.split(".")
    if len(parts) > _PARTS or not all(map(_NUMBER.fullmatch, parts)):
        return None
    numbers = [_value(part) for part in parts]
    rest = 256 ** (_PARTS + 1 - len(numbers))
    if any(number > 255 for number in numbers[:-1]) or numbers[-1] >= rest:  # noqa: PLR2004 a byte
        return None
    whole = numbers[-1] + sum(number << 8 * (_PARTS - 1 - at) for at, number in enumerate(numbers[:-1]))
    return ipaddress.IPv4Address(whole)


def _value(part: str) -> int:
    if part.startswith("0x"):
        return int(part, 16)
    return int(part, 8) if part.startswith("0") else int(part)
