"""What the admin API is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from mcpskills.api_key import Peppers
from mcpskills.ports import Catalog, Forge, Journal, PackageStore, Principals, Replicas, Secrets, Signals
from mcpskills.trust import Verify
from mcpskills_server.admin.broadcast import Broadcast
from mcpskills_server.admin.checking import Checks
from mcpskills_server.admin.follower import Hidden
from mcpskills_server.admin.following import Followers
from mcpskills_server.admin.known_callers import KnownCallers
from mcpskills_server.admin.known_names import KnownNames
from mcpskills_server.admin.seen import SeenNames, SeenReplica, SeenTrial
from mcpskills_server.admin.seen_catalog import SeenCatalog
from mcpskills_server.admin.seen_forge import SeenForge
from mcpskills_server.admin.seen_journal import SeenJournal
from mcpskills_server.admin.seen_secrets import SeenSecrets
from mcpskills_server.admin.skill_table import SeenTable, SkillTable
from mcpskills_server.admin.trial import Trial
from mcpskills_server.library import Library
from mcpskills_server.registry import ServedRegistry
from mcpskills_server.replica import Replica
from mcpskills_server.settings import ServerSettings
from mcpskills_server.statistics.counted import Counted


@dataclass(frozen=True, slots=True)
class Admin:
    """The parts that the routes work with; the composition root joins them.

    Those of a caller who does not see every skill are the seen ones, see `sight.py`.
    """

    replica: Replica | SeenReplica
    library: Library
    catalog: Catalog | SeenCatalog
    principals: Principals
    peppers: Peppers
    names: KnownNames | SeenNames
    table: SkillTable | SeenTable
    trial: Trial | SeenTrial
    store: PackageStore
    verify: Verify
    signals: Signals
    forge: Forge | SeenForge
    checks: Checks
    replicas: Replicas
    secrets: Secrets | SeenSecrets | None
    counted: Counted | None
    journal: Journal | SeenJournal | None
    callers: KnownCallers | None
    """None for who may not read keys and users: their names are told to nobody else."""

    followers: Followers
    hidden: Hidden
    """Asked whenever records are told later than the request: who sees a skill may change meanwhile."""

    tenant: str
    settings: ServerSettings
    now: Callable[[], datetime]
    """The time that all who share the catalog agree on: holds, standings and waivers count by it."""


def joined(
    on: ServedRegistry, settings: ServerSettings, replica: Replica, library: Library, *, verify: Verify
) -> Admin:
    """The parts for who sees every skill."""
    counted = None if on.statistics is None else Counted.whole(on.statistics, on.catalog, settings.tenant, on.now)
    return Admin(
        replica=replica,
        library=library,
        catalog=on.catalog,
        principals=on.principals,
        peppers=on.peppers,
        names=KnownNames(on.catalog, settings.tenant),
        table=SkillTable(on.catalog, settings.tenant, replica, counted),
        trial=Trial(replica),
        store=on.store,
        verify=verify,
        signals=on.signals,
        forge=on.forge(),
        checks=Checks(on.now),
        replicas=on.replicas,
        secrets=on.secrets,
        counted=counted,
        journal=on.journal,
        callers=KnownCallers(on.principals, settings.tenant),
        followers=_followers(on, settings),
        hidden=frozenset,
        tenant=settings.tenant,
        settings=settings,
        now=on.now,
    )


def _followers(on: ServedRegistry, settings: ServerSettings) -> Followers:
    if on.tail is None or on.journal is None:
        return Followers(None, settings.heartbeat_seconds)
    return Followers(Broadcast(on.tail, on.journal, settings.tenant), settings.heartbeat_seconds)
