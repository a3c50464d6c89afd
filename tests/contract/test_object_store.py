"""What `ports.ObjectStore` promises."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from mcpskills.errors import NotFoundError
from mcpskills.ports import ObjectStore


def test_an_object_is_written_once_and_never_again(objects: ObjectStore):
    first, second = objects.put("2026/part-1.gz", b"one"), objects.put("2026/part-1.gz", b"two")

    assert (first, second) == (True, False)
    assert objects.get("2026/part-1.gz") == b"one"


def test_what_is_not_there_is_not_found(objects: ObjectStore):
    with pytest.raises(NotFoundError, match="2026/part-1"):
        objects.get("2026/part-1")


def test_of_many_that_put_at_once_one_hears_that_it_did(objects: ObjectStore):
    contents = [bytes([number]) * 50_000 for number in range(8)]

    with ThreadPoolExecutor(8) as threads:
        heard = list(threads.map(lambda content: objects.put("one", content), contents))

    assert heard.count(True) == 1
    assert objects.get("one") == contents[heard.index(True)]
    assert list(objects.names()) == ["one"]


def test_names_come_in_their_order_and_on_from_one(objects: ObjectStore):
    names = ["2025/12/31/_complete.json", "2025/12/31/part-0", "2026/01/01/part-0", "2026/01/02/_complete.json"]
    assert list(objects.names()) == []
    for name in reversed(names):
        objects.put(name, b"")

    assert list(objects.names()) == names
    assert list(objects.names(after="2025/12/31/~")) == names[2:]
    assert list(objects.names(after=names[2])) == names[3:]
    assert list(objects.names(after="2027")) == []


def test_what_was_removed_is_gone_and_can_be_put_again(objects: ObjectStore):
    objects.put("2026/one", b"1")
    objects.put("2026/two", b"2")

    objects.remove("2026/one")
    objects.remove("2026/one")
    objects.remove("2025/never")

    assert list(objects.names()) == ["2026/two"]
    assert objects.put("2026/one", b"3")
    assert objects.get("2026/one") == b"3"
