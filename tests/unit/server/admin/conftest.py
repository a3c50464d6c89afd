import pytest

from admin_service import described


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    return described(tmp_path_factory.mktemp("described"))
