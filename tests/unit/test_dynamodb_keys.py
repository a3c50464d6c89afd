"""Keys of DynamoDB: no two names may share one."""

import pytest

from mcpskills.adapters.dynamodb import keys


@pytest.mark.parametrize("start", ["a" * 447, "é" * 223, "a" * 446 + "é", "a" * 445 + "€", "a" * 444 + "😀"])
def test_a_path_cannot_be_written_as_the_key_of_a_longer_one(start: str):
    longer = keys.mark(start + "b" * 600)

    forged = keys.mark(longer.removeprefix("="))

    assert longer != forged
    assert len(longer.encode()) <= 513


def test_what_is_short_stands_as_it_is():
    assert keys.mark("skills/pdf-forms") == "=skills/pdf-forms"
    assert keys.mark("") == "="
