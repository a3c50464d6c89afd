"""What `ports.PackageStore` promises."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from catalog_builders import a_package
from mcpskills.errors import CorruptedError, InvalidInputError, NotFoundError
from mcpskills.package import digest
from mcpskills.ports import PackageStore


def test_what_was_put_is_got_byte_for_byte(store: PackageStore):
    built = a_package()

    store.put(built.digest, built.archive)

    assert store.get(built.digest) == built.archive


def test_an_empty_package_can_be_kept(store: PackageStore):
    store.put(digest(b""), b"")

    assert store.get(digest(b"")) == b""


def test_a_second_put_of_the_same_package_changes_nothing(store: PackageStore):
    built = a_package()
    store.put(built.digest, built.archive)

    store.put(built.digest, built.archive)

    assert store.get(built.digest) == built.archive


def test_bytes_under_a_digest_that_is_not_theirs_are_refused(store: PackageStore):
    built = a_package()

    with pytest.raises(CorruptedError, match=built.digest):
        store.put(built.digest, built.archive + b"more")

    with pytest.raises(NotFoundError):
        store.get(built.digest)


def test_an_unknown_digest_is_not_found(store: PackageStore):
    with pytest.raises(NotFoundError, match=digest(b"never kept")):
        store.get(digest(b"never kept"))


@pytest.mark.parametrize("odd", ["", "sha256:", "sha256:../../etc/passwd", "md5:" + "0" * 64, "sha256:" + "G" * 64])
def test_what_is_no_digest_is_refused(store: PackageStore, odd: str):
    with pytest.raises(InvalidInputError, match="64 lower-case hex digits"):
        store.get(odd)


def test_many_writers_of_the_same_package_end_with_one_whole_package(store: PackageStore):
    built = a_package("x" * 100_000)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: store.put(built.digest, built.archive), range(32)))

    assert store.get(built.digest) == built.archive


def test_what_was_removed_is_gone_and_can_be_put_again(store: PackageStore):
    built, other = a_package(), a_package("Another.\n")
    store.put(built.digest, built.archive)
    store.put(other.digest, other.archive)

    store.remove(built.digest)
    store.remove(built.digest)

    with pytest.raises(NotFoundError):
        store.get(built.digest)
    assert store.get(other.digest) == other.archive
    store.put(built.digest, built.archive)
    assert store.get(built.digest) == built.archive
