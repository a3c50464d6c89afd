"""Which Host and Origin headers are answered. Patterns end in `:*` for every port; None stands for every name."""

from collections.abc import Iterable, Sequence
from typing import Final

from mcpskills_server.settings import ServerSettings

EVERY: Final = "*"
ANY_PORT: Final = ":*"

_LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
_UNSPECIFIED: Final = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 these are recognised, not bound


def hosts(settings: ServerSettings) -> Sequence[str] | None:
    """Loopback names, the address bound to, and what the settings list; `*` among the hosts answers to every name.

    A server that is bound to all addresses does not know its names, so they must be listed, or `*` be said.
    """
    return None if EVERY in settings.allowed_hosts else _any_port(_names(settings))


def origins(settings: ServerSettings) -> Sequence[str]:
    """Web pages of the hosts, and those that the settings list."""
    pages = (f"{scheme}://{host}" for host in _names(settings) for scheme in ("http", "https"))
    return [*_any_port(pages), *settings.allowed_origins]


def fits(host: str, patterns: Sequence[str] | None) -> bool:
    """Whether a Host header is one of those."""
    if patterns is None or host in patterns:
        return bool(host)
    return any(pattern.endswith(ANY_PORT) and host.startswith(pattern.removesuffix("*")) for pattern in patterns)


def _names(settings: ServerSettings) -> list[str]:
    return [*_LOOPBACK, *_bound(settings.host), *settings.allowed_hosts]


def _bound(host: str) -> list[str]:
    if host in _UNSPECIFIED:
        return []
    return [f"[{host}]" if ":" in host else host]


def _any_port(names: Iterable[str]) -> list[str]:
    """Each name as it is and, where it says no port, with every port."""
    return [form for name in names for form in ((name,) if _has_port(name) else (name, f"{name}{ANY_PORT}"))]


def _has_port(name: str) -> bool:
    _, colon, port = name.rpartition(":")
    return bool(colon) and (port == EVERY or port.isdigit())
