"""What dependency files declare, whatever their format."""

import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit


class Kind(StrEnum):
    """What is declared."""

    PACKAGE = "a package by its name"
    ADDRESS = "a package by its address"
    LOCKED = "where a lock file took a package from"
    INDEX = "an index to take packages from"
    UNCHECKED = "an index whose identity is not checked"
    HOOK = "something that runs when the dependencies are installed"


@dataclass(frozen=True, slots=True)
class Declared:
    """One declaration. `text` is as written; `at` its offset in the file, None when only a search tells.

    `url` is set for addresses and indexes, `pinned` for packages that can only be one release.
    """

    kind: Kind
    text: str
    at: int | None = None
    url: str = ""
    pinned: bool = False


class UnreadableError(ValueError):
    """A dependency file cannot be read; the message is the end of a sentence that starts with the file."""


_FORGES = {
    "github": "github.com",
    "gitlab": "gitlab.com",
    "bitbucket": "bitbucket.org",
    "gist": "gist.github.com",
}
_SHORT = re.compile(r"(github|gitlab|bitbucket|gist):[^/]")
# As `git clone` takes it: user@host:path.
_SCP = re.compile(r"(?:ssh://)?[\w.-]{1,64}@([\w.-]{1,253}):[^/\d]")
_PLAIN = frozenset(
    {"http", "ftp", "git", "svn", "rsync", "git+http", "hg+http", "svn+http", "bzr+http", "git+git", "svn+svn"}
)
# Every way of writing an IPv4 address that some library takes: decimal, octal, hexadecimal, fewer than four parts.
_NUMERIC = re.compile(r"(?:0x[0-9a-f]{1,32}|[0-9]{1,32})(?:\.(?:0x[0-9a-f]{1,32}|[0-9]{1,32})){0,3}\.?", re.IGNORECASE)


def host(url: str) -> str:
    """The host of an address in any of its forms, in lower case; empty when there is none."""
    short = _SHORT.match(url)
    if short:
        return _FORGES[short[1]]
    scp = _SCP.match(url)
    if scp:
        return scp[1].lower()
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def insecurity(url: str) -> str | None:
    """Why whoever is between could answer in the place of an address, in words; None when nobody could."""
    where = host(url)
    if where == "localhost" or where.endswith(".localhost"):
        return None
    if _NUMERIC.fullmatch(where) or ":" in where:
        return None if _loopback(where) else "a bare IP address, which nobody vouches for"
    scheme = url.partition(":")[0].lower()
    return f"the protocol `{scheme}`, which neither encrypts nor proves who answers" if scheme in _PLAIN else None


def _loopback(where: str) -> bool:
    try:
        return ipaddress.ip_address(where).is_loopback
    except ValueError:
        return False
