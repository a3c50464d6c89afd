from collections.abc import Iterator

import pytest

from builders import skill_folder
from recorded_server import Recorded, recorded
from registry import opened


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Recorded]:
    """One for all stories of a module: each asks with a key of its own, and looks at what that key's holder asked."""
    with opened(tmp_path_factory.mktemp("recorded")) as registry:
        registry.publish_folder(skill_folder("pdf-forms", body="First.\n"))
        registry.publish_folder(
            skill_folder("pdf-forms", body="Fill in.\n", files={"references/more.md": "More.\n"}),
        )
        with recorded(registry) as made:
            yield made
