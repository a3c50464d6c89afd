"""The ports: what the domain asks of storage and transport. Each has an embedded and a cloud side.

Docstrings are promises; `tests/contract/` holds every adapter to them. All methods of stores are synchronous: callers on an
event loop run them in a thread. Only allowances are asked on it. A new adapter is a file in `adapters/` and a row in its
contract test; a new port is a file here.
"""

from mcpskills.ports.allowances import LEASE_SECONDS, Allowances, Permit, SharedAllowances
from mcpskills.ports.catalog import Catalog, Changes, Lease, Publication, Published
from mcpskills.ports.deliveries import ATTEMPTS, MOST_DELIVERIES, REPEAT_SECONDS, Deliveries, Delivery, TakenDelivery
from mcpskills.ports.forge import CommitReports, Forge
from mcpskills.ports.journal import Journal
from mcpskills.ports.objects import ObjectStore
from mcpskills.ports.packages import PackageStore
from mcpskills.ports.principals import USE_SECONDS, Principals
from mcpskills.ports.secrets import Secrets
from mcpskills.ports.sessions import Sessions
from mcpskills.ports.signals import REPORT_SECONDS, Replicas, Signals
from mcpskills.ports.signing import Signer
from mcpskills.ports.statistics import Statistics
from mcpskills.ports.tail import Tail

__all__ = [
    "ATTEMPTS",
    "LEASE_SECONDS",
    "MOST_DELIVERIES",
    "REPEAT_SECONDS",
    "REPORT_SECONDS",
    "USE_SECONDS",
    "Allowances",
    "Catalog",
    "Changes",
    "CommitReports",
    "Deliveries",
    "Delivery",
    "Forge",
    "Journal",
    "Lease",
    "ObjectStore",
    "PackageStore",
    "Permit",
    "Principals",
    "Publication",
    "Published",
    "Replicas",
    "Secrets",
    "Sessions",
    "SharedAllowances",
    "Signals",
    "Signer",
    "Statistics",
    "Tail",
    "TakenDelivery",
]
