"""Two tenants keep everything in the same places, and nothing of theirs meets."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from builders import skill_folder
from catalog_builders import a_package
from git_fixtures import BRANCH, bare, clone
from mcpskills.adapters import backends, origins
from mcpskills.adapters.backends import Backends
from mcpskills.errors import NotFoundError
from mcpskills.settings import Settings
from mcpskills_publisher.app import build
from mcpskills_publisher.settings import PublisherSettings
from mcpskills_publisher.tenure import Tenure
from stand_ins.cloud import cloud

ACME, GLOBEX = "acme", "globex"


@pytest.fixture(params=["embedded", "aws"])
def both(request, tmp_path: Path) -> Iterator[tuple[Backends, Backends]]:
    """What two tenants keep things in, by one configuration that differs in the tenant alone."""
    with ExitStack() as held:
        places = held.enter_context(cloud(request.getfixturevalue("ministack"))) if request.param == "aws" else {}
        tenants = (Settings(data=tmp_path, tenant=name, **places) for name in (ACME, GLOBEX))
        acme, globex = (held.enter_context(backends.opened(settings)) for settings in tenants)
        yield acme, globex


def test_a_package_of_one_is_none_of_the_other(both: tuple[Backends, Backends]):
    acme, globex = both
    built = a_package()

    acme.store.put(built.digest, built.archive)

    with pytest.raises(NotFoundError):
        globex.store.get(built.digest)


def test_what_one_removes_stays_for_the_other(both: tuple[Backends, Backends]):
    acme, globex = both
    built = a_package()
    for each in both:
        each.store.put(built.digest, built.archive)

    globex.store.remove(built.digest)

    assert acme.store.get(built.digest) == built.archive


def test_publishers_work_on_one_data_directory_at_once(tmp_path: Path):
    acme, globex = (
        PublisherSettings(data=tmp_path / "data", tenant=name, registry=str(_registry(tmp_path, name)))
        for name in (ACME, GLOBEX)
    )
    with backends.opened(acme) as mine, backends.opened(globex) as kept:
        with Tenure(mine.catalog, ACME, acme.own, seconds=30).held():
            build(globex, kept.catalog, kept.store, kept.signals).reconcile()

        assert [record.name for record in kept.catalog.skills(GLOBEX)] == ["of-globex"]
        assert mine.catalog.skills(ACME) == []


def test_each_signs_with_a_key_of_its_own(tmp_path: Path):
    keys = [
        backends.signer(Settings(data=tmp_path, tenant=name), None).public_pem for name in (ACME, GLOBEX, "default")
    ]

    assert len(set(keys)) == 3


def test_a_tenant_without_a_named_registry_has_one_of_its_own(tmp_path: Path):
    locations = [origins.origin(Settings(data=tmp_path, tenant=name)).location.text for name in (ACME, GLOBEX)]

    assert locations == [str(tmp_path / "tenants" / name / "registry.git") for name in (ACME, GLOBEX)]


def _registry(root: Path, tenant: str) -> Path:
    """A registry repository with one skill, named after its tenant."""
    origin = bare(root / f"{tenant}.git", BRANCH)
    clone(origin, root / f"{tenant}-work").publish(skill_folder(f"of-{tenant}"))
    return origin
