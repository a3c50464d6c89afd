"""A registry as its server works on it: the adapters that a composition root chose. A new port of the server is a field here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from mcpskills.api_key import Peppers
from mcpskills.ports import (
    Catalog,
    Forge,
    Journal,
    PackageStore,
    Principals,
    Replicas,
    Secrets,
    Sessions,
    SharedAllowances,
    Signals,
    Statistics,
    Tail,
)
from mcpskills.source_rates import SourceRates


def _this_machine() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedRegistry:
    catalog: Catalog
    store: PackageStore
    signals: Signals
    forge: Callable[[], Forge]
    """Called once, when there is something to propose."""

    principals: Principals
    peppers: Peppers
    """What the digests of API keys are made with."""

    replicas: Replicas
    secrets: Secrets | None = None
    """Without a place for them the server keeps none."""

    sessions: Sessions | None = None
    """Without a place for them the server keeps none."""

    journal: Journal | None = None
    """Without one nothing is recorded."""

    tail: Tail | None = None
    """Without one nobody can look on while things are recorded."""

    allowances: SharedAllowances | None = None
    """Without them it counts by itself what callers ask."""

    statistics: Statistics | None = None
    """Without a place for them nobody is told how often skills are called."""

    sources: SourceRates | None = None
    """Those whose credentials are refused too often; shared by all tenants of a process."""

    now: Callable[[], datetime] = _this_machine
    """The clock that all who share the catalog agree on."""
