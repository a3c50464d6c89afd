"""Who holds the lease: one data directory, whatever the machine and the path are called."""

from pathlib import Path

import pytest

from catalog_builders import TENANT
from mcpskills.errors import LeaseLostError
from mcpskills.ports import Catalog
from mcpskills_publisher.tenure import Tenure
from publisher_scene import Scene

SECONDS = 60


def tenure(registry: Scene, data: Path) -> Tenure:
    return Tenure(registry.catalog, TENANT, data, SECONDS)


def holder(catalog: Catalog) -> str:
    with pytest.raises(LeaseLostError) as caught:
        catalog.acquire_lease(TENANT, "nobody", 1)
    return caught.value.message.removeprefix("The publisher ").rpartition(" holds the lease")[0]


def test_two_volumes_at_the_same_path_of_hosts_with_one_name_share_no_lease(registry: Scene):
    mounted = registry.root / "mounted"

    with tenure(registry, mounted).held() as lease:
        mounted.rename(registry.root / "elsewhere")
        with pytest.raises(LeaseLostError, match="holds the lease"), tenure(registry, mounted).held():
            pass
        first = lease()

    with tenure(registry, mounted).held() as lease:
        assert lease().token == first.token + 1


def test_a_data_directory_keeps_its_name(registry: Scene):
    names = []
    for _ in range(2):
        with tenure(registry, registry.data).held():
            names.append(holder(registry.catalog))

    assert names[0] == names[1]


def test_an_id_that_a_crash_cut_short_is_replaced_and_kept(registry: Scene):
    lock = registry.data / "publisher.lock"
    lock.write_bytes(b"0123")

    with tenure(registry, registry.data).held():
        name = holder(registry.catalog)

    assert name.rpartition(":")[2] == lock.read_text().strip() != "0123"


def test_a_publisher_that_was_killed_goes_on_at_once_on_its_directory(registry: Scene):
    with tenure(registry, registry.data).held() as lease:
        name, first = holder(registry.catalog), lease()
    # As a killed one leaves it: in force, and nobody holds the lock.
    left = registry.catalog.acquire_lease(TENANT, name, SECONDS)

    with tenure(registry, registry.data).held() as lease:
        again = lease()

    assert (left.token, again) == (first.token + 1, left)
