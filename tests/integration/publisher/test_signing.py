"""Every version is vouched for before it goes live, and replicas serve nothing else."""

import asyncio
import json
from dataclasses import replace

from builders import script, skill_folder
from catalog_builders import TENANT, lease_of
from mcpskills import provenance, trust
from mcpskills.adapters.signing.file_key import FileKey
from mcpskills.adapters.signing.verifying import TrustedKeys
from mcpskills.ports import Publication
from mcpskills.provenance import PAYLOAD_TYPE
from mcpskills.settings import SIGNING_KEY
from mcpskills.version import Version
from mcpskills_server.catalog_source import CatalogSource
from publisher_scene import Scene


def source_of(registry: Scene, key: FileKey | None = None) -> CatalogSource:
    """A replica's eyes, with trust in the publisher's key or in another."""
    trusted = key or FileKey.open(registry.data / SIGNING_KEY)
    verify = TrustedKeys.read((trusted.public_pem,)).verify
    return CatalogSource(registry.catalog, registry.store, registry.signals, TENANT, verify)


def version_of(registry: Scene, number: int = 1) -> Version:
    return registry.catalog.version(TENANT, "pdf-forms", number)


def test_a_version_is_vouched_for_with_where_it_comes_from(registry: Scene):
    commit = registry.work.publish(skill_folder())

    registry.reconcile()

    version = version_of(registry)
    stated = trust.check(
        TENANT, version, TrustedKeys.read((FileKey.open(registry.data / SIGNING_KEY).public_pem,)).verify
    )
    assert (stated.origin.commit, stated.digest, stated.number) == (commit, version.digest, 1)
    assert (stated.repository, stated.sbom) == (str(registry.origin), version.sbom)
    assert stated.builder.name == "open-mcp-skills"


class CountedKey:
    """A key that knows how often somebody asked for its public half."""

    def __init__(self, key: FileKey) -> None:
        self._key = key
        self.key_id = key.key_id
        self.reads = 0

    @property
    def public_pem(self) -> str:
        self.reads += 1
        return self._key.public_pem

    def sign(self, payload: bytes, payload_type: str) -> str:
        return self._key.sign(payload, payload_type)


def test_the_public_key_is_read_once_for_all_versions_and_checkpoints(registry: Scene):
    key = CountedKey(FileKey.open(registry.data / SIGNING_KEY))
    publisher = registry.publisher(signer=key)
    for body in ("One.\n", "Two.\n"):
        registry.work.publish(skill_folder(body=body), skill_folder("csv-profile", body=body))
        publisher.reconcile()

    assert [len(registry.catalog.versions(TENANT, name)) for name in ("pdf-forms", "csv-profile")] == [2, 2]
    assert key.reads == 1


def test_a_version_has_a_bill_of_what_its_scripts_need(registry: Scene):
    folder = skill_folder(files={"requirements.txt": "requests==2.32.0\n", "scripts/run.py": script("print(1)\n")})
    registry.work.publish(folder)

    registry.reconcile()

    bill = json.loads(registry.store.get(version_of(registry).sbom))
    assert (bill["specVersion"], bill["metadata"]["component"]["name"]) == ("1.6", "pdf-forms")
    assert [component["purl"] for component in bill["components"]] == ["pkg:pypi/requests@2.32.0"]


def test_a_replica_that_trusts_another_key_serves_nothing_and_says_why(registry: Scene):
    registry.work.publish(skill_folder())
    registry.reconcile()

    snapshot = asyncio.run(source_of(registry, FileKey.open(registry.root / "another.pem")).refresh(None))

    assert (dict(snapshot.skills), snapshot.names) == ({}, ())
    assert "trusted are only" in snapshot.failed["pdf-forms"]


def test_a_version_that_somebody_else_wrote_is_refused_and_the_one_before_stays(registry: Scene):
    registry.work.publish(skill_folder(body="One.\n"))
    registry.reconcile()
    source = source_of(registry)
    before = asyncio.run(source.refresh(None))
    forged = replace(version_of(registry), number=2, provenance=version_of(registry).provenance)
    forged = replace(forged, digest=registry.put(skill_folder(body="Two.\n")))
    registry.catalog.publish(lease_of(registry.catalog), Publication(forged, registry.skill("pdf-forms")))

    after = asyncio.run(source.refresh(before))

    assert after.skills["pdf-forms"].version.number == 1
    assert "is signed for the version `1`" in after.failed["pdf-forms"]


def test_a_version_that_nobody_vouches_for_is_refused(registry: Scene):
    registry.work.publish(skill_folder(body="One.\n"))
    registry.reconcile()
    bare = replace(version_of(registry), number=2, digest=registry.put(skill_folder(body="Two.\n")), provenance=None)
    registry.catalog.publish(lease_of(registry.catalog), Publication(bare, registry.skill("pdf-forms")))

    snapshot = asyncio.run(source_of(registry).refresh(None))

    assert dict(snapshot.skills) == {}
    assert "it has no provenance" in snapshot.failed["pdf-forms"]


def test_content_that_returns_keeps_the_provenance_that_it_had(registry: Scene):
    registry.work.publish(skill_folder(body="One.\n"))
    registry.reconcile()
    first = version_of(registry)
    registry.work.publish(skill_folder(body="Two.\n"))
    registry.reconcile()
    registry.work.publish(skill_folder(body="One.\n"))

    registry.reconcile()

    assert registry.live() == {"pdf-forms": 1}
    assert version_of(registry) == first
    assert provenance.read(
        TrustedKeys.read((FileKey.open(registry.data / SIGNING_KEY).public_pem,)).verify(first.provenance, PAYLOAD_TYPE)
    )
