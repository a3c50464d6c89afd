import pytest

from builders import skill_folder
from conformance.fixture_set.extension import Fixtures
from e2e.conftest import skills_folder, skills_server
from integration.mcp.conftest import serving
from registry import opened

__all__ = ["skills_folder", "skills_server"]


@pytest.fixture
async def suite_server(tmp_path):
    """The URL of the product's endpoint with sessions, and the suite's fixtures beside its skills."""
    fixtures = Fixtures()
    with opened(tmp_path / "registry") as registry:
        registry.publish_folder(skill_folder(files={"references/fields.md": "# Fields\n"}))
        async with serving(registry, sessions="stateful") as served:
            fixtures.add_to(served.endpoint.server)
            fixtures.change_prompts = lambda: served.publish("release-notes")
            yield served.url
