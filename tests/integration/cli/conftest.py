import pytest

from admin_service import running


@pytest.fixture
def service(tmp_path):
    with running(tmp_path / "data") as running_service:
        yield running_service
