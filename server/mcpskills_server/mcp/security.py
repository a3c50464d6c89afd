"""Which Host and Origin headers are answered: the guard against DNS rebinding, by which a web page reaches local servers."""

from collections.abc import Iterable
from typing import Final

from mcp.server.transport_security import TransportSecuritySettings

from mcpskills_server.settings import ServerSettings

EVERY: Final = "*"

_LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
_UNSPECIFIED: Final = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 these are recognised, not bound


def protection(settings: ServerSettings) -> TransportSecuritySettings:
    """Loopback names, the address bound to, and what the settings list; `*` among the hosts answers to every name.

    A server that is bound to all addresses does not know its names, so they must be listed, or `*` be said.
    """
    if EVERY in settings.allowed_hosts:
        return TransportSecuritySettings(enable_dns_rebinding_protection=False)
    hosts = [*_LOOPBACK, *_bound(settings.host), *settings.allowed_hosts]
    return TransportSecuritySettings(
        allowed_hosts=_any_port(hosts),
        allowed_origins=[
            *_any_port(f"{scheme}://{host}" for host in hosts for scheme in ("http", "https")),
            *settings.allowed_origins,
        ],
    )


def _bound(host: str) -> list[str]:
    if host in _UNSPECIFIED:
        return []
    return [f"[{host}]" if ":" in host else host]


def _any_port(names: Iterable[str]) -> list[str]:
    """Each name as it is and, where it says no port, with every port."""
    return [form for name in names for form in ((name,) if _has_port(name) else (name, f"{name}:*"))]


def _has_port(name: str) -> bool:
    _, colon, port = name.rpartition(":")
    return bool(colon) and (port == EVERY or port.isdigit())
