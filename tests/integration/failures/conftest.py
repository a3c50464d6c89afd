"""A registry for the rows of the failure table, see docs/failures.md: on one machine, and with everything kept in the cloud."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from mcpskills.adapters import backends
from mcpskills.ports import Deliveries
from publisher_scene import Scene, scene
from stand_ins.cloud import cloud

PLACES: dict[str, Callable[[Any], AbstractContextManager[dict[str, str]]]] = {
    "one machine": lambda _: nullcontext({}),
    "cloud": lambda stand_in: cloud(stand_in("ministack")),
}


@pytest.fixture(params=PLACES.values(), ids=PLACES.keys())
def registry(request, tmp_path: Path) -> Iterator[Scene]:
    """Looked at by its URL, so that nothing but hints and the timer tells a publisher of a push."""
    with request.param(request.getfixturevalue) as places, scene(tmp_path, places) as made:
        made.registry = made.origin.as_uri()
        yield made


@pytest.fixture
def queue(registry: Scene) -> Iterator[Deliveries]:
    """The queue of the registry's webhook deliveries."""
    with backends.deliveries(registry.settings()) as opened:
        registry.deliveries = opened
        yield opened
