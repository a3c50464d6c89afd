import pytest

from registry import opened


@pytest.fixture
def registry(tmp_path):
    with opened(tmp_path) as made:
        yield made
