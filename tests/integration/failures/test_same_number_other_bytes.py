"""Somebody writes other bytes under a number or a digest that is taken: refused, and what was there stays."""

from dataclasses import replace

import pytest

from builders import skill_folder
from catalog_builders import TENANT, a_package, lease_of
from mcpskills.errors import ConflictError, CorruptedError, PreconditionFailedError
from mcpskills.ports import Publication
from publisher_scene import Scene


def test_a_number_that_is_taken_is_refused_for_another_package(registry: Scene):
    registry.work.publish(skill_folder(body="One.\n"))
    registry.reconcile()
    version, record = registry.catalog.version(TENANT, "pdf-forms", 1), registry.skill("pdf-forms")
    other = replace(version, digest=registry.put(skill_folder(body="Other bytes.\n")))

    with pytest.raises(ConflictError, match="cannot become"):
        registry.catalog.publish(lease_of(registry.catalog), Publication(other, record))
    with pytest.raises(PreconditionFailedError):
        registry.catalog.publish(lease_of(registry.catalog), Publication(other, None))

    assert registry.catalog.version(TENANT, "pdf-forms", 1) == version
    assert registry.skill("pdf-forms") == record


def test_a_digest_takes_no_bytes_but_its_own(registry: Scene):
    built = a_package()
    registry.store.put(built.digest, built.archive)

    with pytest.raises(CorruptedError):
        registry.store.put(built.digest, built.archive + b"more")

    assert registry.store.get(built.digest) == built.archive
