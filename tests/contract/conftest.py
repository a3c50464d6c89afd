"""The adapters that every contract test runs over. A new adapter is a row in its table."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path

import pytest

import forge_scenes
from catalog_builders import Clock
from forge_scenes import ForgeScene
from mcpskills.adapters.directory import DirectoryPackageStore
from mcpskills.adapters.in_process import InProcessSignals
from mcpskills.adapters.sqlite.catalog import SqliteCatalog
from mcpskills.ports import Catalog, Forge, PackageStore, Signals

PACKAGE_STORES: dict[str, Callable[[Path], AbstractContextManager[PackageStore]]] = {
    "directory": lambda at: nullcontext(DirectoryPackageStore(at / "packages")),
}

CATALOGS: dict[str, Callable[[Path, Clock], AbstractContextManager[Catalog]]] = {
    "sqlite": lambda at, clock: closing(SqliteCatalog(at / "catalog.sqlite", clock)),
}

SIGNALS: dict[str, Callable[[Path], AbstractContextManager[Signals]]] = {
    "in process": lambda _: nullcontext(InProcessSignals()),
}

FORGES: dict[str, Callable[[Path], AbstractContextManager[ForgeScene]]] = {
    "local repository": forge_scenes.local,
    "local repository behind a URL": forge_scenes.behind_a_url,
    "github": forge_scenes.on_github,
}


@pytest.fixture(params=PACKAGE_STORES.values(), ids=PACKAGE_STORES.keys())
def store(request, tmp_path: Path) -> Iterator[PackageStore]:
    with request.param(tmp_path) as adapter:
        yield adapter


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=CATALOGS.values(), ids=CATALOGS.keys())
def catalog(request, tmp_path: Path, clock: Clock) -> Iterator[Catalog]:
    with request.param(tmp_path, clock) as adapter:
        yield adapter


@pytest.fixture(params=SIGNALS.values(), ids=SIGNALS.keys())
def signals(request, tmp_path: Path) -> Iterator[Signals]:
    with request.param(tmp_path) as adapter:
        yield adapter


@pytest.fixture(params=FORGES.values(), ids=FORGES.keys())
def scene(request, tmp_path: Path) -> Iterator[ForgeScene]:
    with request.param(tmp_path) as made:
        yield made


@pytest.fixture
def forge(scene: ForgeScene) -> Forge:
    """Its registry repository holds one skill, `skills/pdf-forms`, on the tracked branch."""
    return scene.forge
