"""A registry on the embedded adapters, with a publisher's hand on it."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import catalog_builders
from builders import skill_folder
from catalog_builders import GRACE, NOON, TENANT, a_hold, lease_of
from fakes.signals import RememberingSignals
from mcpskills import frontmatter, package, skill
from mcpskills.adapters.checkpointing import keeping
from mcpskills.adapters.checkpointing.keeping import Start
from mcpskills.adapters.directory import DirectoryPackageStore
from mcpskills.adapters.search.index import SearchIndex
from mcpskills.adapters.signing.file_key import FileKey
from mcpskills.adapters.signing.verifying import TrustedKeys
from mcpskills.adapters.sqlite.catalog import SqliteCatalog
from mcpskills.adapters.sqlite.principals import SqlitePrincipals
from mcpskills.adapters.sqlite.statistics import SqliteStatistics
from mcpskills.checkpoint import Stated
from mcpskills.folder import SKILL_FILE, SkillFolder
from mcpskills.following import Follower
from mcpskills.restricting import Restriction
from mcpskills.settings import SIGNING_KEY
from mcpskills.version import Evaluation, HoldKind, Origin, Version
from mcpskills_server.catalog_source import CatalogSource
from provenance_builders import signed


class Registry:
    """Every `publish` of a name is its next version; no rule is asked whether it may be."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.catalog = SqliteCatalog(root / "catalog.sqlite")
        self.principals = SqlitePrincipals(root / "catalog.sqlite")
        self.statistics = SqliteStatistics(root / "statistics.sqlite")
        self.store = DirectoryPackageStore(root / "packages")
        self.signals = RememberingSignals()
        self.key = FileKey.open(root / SIGNING_KEY)
        self.verify = TrustedKeys.read((self.key.public_pem,)).verify
        self.source = CatalogSource(self.catalog, self.store, self.signals, TENANT, self.verify)

    def publish(self, name: str = "pdf-forms", **described: Any) -> Version:
        return self.publish_folder(skill_folder(name, **described))

    def publish_folder(
        self, folder: SkillFolder, origin: Origin | None = None, evaluation: Evaluation | None = None
    ) -> Version:
        built = package.build(folder)
        text = folder.entries[SKILL_FILE].content.decode().removeprefix("\ufeff")
        parsed = skill.from_frontmatter(frontmatter.parse(text))
        version = Version(
            skill=parsed.name,
            number=len(self.catalog.versions(TENANT, parsed.name)) + 1,
            digest=built.digest,
            label=parsed.label,
            manifest=built.manifest,
            frontmatter=parsed.frontmatter,
            origin=origin or Origin("commit", folder.path, built.digest, "Ada Author", NOON),
            rewritten=False,
            published_at=NOON,
            evaluation=evaluation,
        )
        self.store.put(built.digest, built.archive)
        version = signed(version, self.key)
        catalog_builders.publish(self.catalog, version)
        return version

    def checkpoint(self, key: FileKey | None = None) -> Stated:
        """Write a checkpoint of what is served, as a publisher with this key does, or with the registry's."""
        served = Follower(self.catalog, self.store, TENANT, self.verify).follow(None)
        start = Start(served, SearchIndex.over(served, on_disk=True))
        lease, key = lease_of(self.catalog), key or self.key
        keeping.save(start, self.catalog, self.store, key, lease=lambda: lease, before=None, now=datetime.now(UTC))
        return keeping.newest(self.catalog, TENANT, TrustedKeys.read([key.public_pem]).verify)

    def hold(self, name: str, version: int | None) -> None:
        """Roll back to a version, or take offline with None."""
        kind = HoldKind.OFFLINE if version is None else HoldKind.ROLLBACK
        self.catalog.hold(TENANT, name, a_hold(version, kind=kind, instead_of=None), GRACE)

    def restrict(self, name: str, *groups: str) -> None:
        """Have only these groups see a skill; none for everybody."""
        self.catalog.restrict(TENANT, name, Restriction(frozenset(groups), "So it shall be.", GRACE))

    def damage(self, kept: Version | Stated) -> None:
        """Have other bytes in place of the version's package, or of the checkpoint."""
        self.file_of(kept).write_bytes(b"damaged")

    def file_of(self, kept: Version | Stated) -> Path:
        digits = kept.digest.removeprefix("sha256:")
        return self.root / "packages" / digits[:2] / f"{digits}.zip"


@contextlib.contextmanager
def opened(root: Path) -> Iterator[Registry]:
    """A registry below `root`, until the block ends."""
    made = Registry(root)
    try:
        yield made
    finally:
        made.statistics.close()
        made.principals.close()
        made.catalog.close()
