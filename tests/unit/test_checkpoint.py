"""What is signed of a checkpoint is read back, or refused with what was found."""

import json

import pytest

from catalog_builders import TENANT
from mcpskills.checkpoint import Stated, read, statement
from mcpskills.errors import CorruptedError

DIGEST, OLDER = "sha256:" + "a" * 64, "sha256:" + "b" * 64


@pytest.mark.parametrize("previous", [None, OLDER])
def test_what_is_stated_is_read_back(previous: str | None):
    stated = Stated(TENANT, 7, DIGEST, previous)

    assert read(statement(stated), TENANT) == stated


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"_type": "https://openmcpskills.io/checkpoint/v9"}, r"checkpoint/v5.*upgrade"),
        ({"tenant": "another"}, r"`another` stands for 'default'"),
        ({"generation": "7"}, "whole number"),
        ({"generation": -1}, "whole number"),
        ({"digest": "sha256:../../etc/passwd"}, "no digest"),
        ({"digest": None}, "should be text"),
        ({"previous": "md5:1"}, "no digest"),
        ({"more": "x" * 2000}, "2000 are the most"),
    ],
)
def test_a_statement_that_is_not_what_it_should_be_is_refused(change: dict[str, object], message: str):
    document = json.loads(statement(Stated(TENANT, 7, DIGEST)))

    with pytest.raises(CorruptedError, match=message):
        read(json.dumps({**document, **change}).encode(), TENANT)
