from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher_scene import Scene, scene


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as made:
        yield made
