import tempfile

import pytest

from admin_service import running
from builders import skill_folder


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """One service for all attacks of a file: each must leave it as it was."""
    root = tmp_path_factory.mktemp("attacked")
    with running(root / "data") as running_service:
        running_service.publish(skill_folder(body="one"))
        running_service.publish(skill_folder(body="two"))
        yield running_service


@pytest.fixture
def untouched(service, tmp_path, monkeypatch):
    """Asserts at the end that the service and the folder for temporary files are as before."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = service.remains()
    yield
    assert service.remains() == before
    assert list(tmp_path.iterdir()) == []
