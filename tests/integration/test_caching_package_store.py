"""A replica's copies of packages on disk: verified, bounded, shared, and never in the way."""

import contextlib
import os
import resource
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from catalog_builders import a_package
from fakes.counting_store import CountingStore
from mcpskills.adapters.caching import RECENT_SECONDS, CachingPackageStore
from mcpskills.adapters.directory import DirectoryPackageStore
from mcpskills.errors import NotFoundError
from mcpskills.package import digest, hex_digits

MOST_BYTES = 10_000
KILOBYTE = 1_000


@pytest.fixture
def far(tmp_path: Path) -> CountingStore:
    """The store that the cache stands in front of."""
    return CountingStore(DirectoryPackageStore(tmp_path / "far"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def near(far: CountingStore, folder: Path) -> CachingPackageStore:
    return CachingPackageStore(far, folder, MOST_BYTES)


def put(far: CountingStore, number: int, size: int = KILOBYTE) -> str:
    content = f"{number:0{size}}".encode()
    far.put(digest(content), content)
    return digest(content)


def copy_of(folder: Path, digest: str) -> Path:
    return folder / hex_digits(digest)[:2] / hex_digits(digest)


def age(folder: Path, digest: str, seconds: float) -> None:
    """Have a copy last used so long ago."""
    then = time.time() - seconds
    os.utime(copy_of(folder, digest), (then, then))


def bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_a_package_is_fetched_once_also_after_a_restart(far: CountingStore, folder: Path):
    built = a_package()
    far.put(built.digest, built.archive)

    read = [CachingPackageStore(far, folder, MOST_BYTES).get(built.digest) for _ in range(3)]

    assert read == [built.archive] * 3
    assert far.asked == [built.digest]


@pytest.mark.parametrize("damage", [b"", b"other bytes"])
def test_a_copy_that_is_damaged_is_never_given_and_is_replaced(
    near: CachingPackageStore, far: CountingStore, folder: Path, damage: bytes
):
    kept = put(far, 1)
    content = near.get(kept)
    copy_of(folder, kept).write_bytes(damage)

    assert near.get(kept) == content
    assert copy_of(folder, kept).read_bytes() == content
    assert far.asked == [kept, kept]


def test_what_the_store_does_not_have_is_not_found_and_leaves_nothing(near: CachingPackageStore, folder: Path):
    with pytest.raises(NotFoundError):
        near.get(digest(b"never kept"))

    assert not folder.exists()


def test_what_was_removed_is_gone_from_the_copies_too(near: CachingPackageStore, far: CountingStore):
    kept = put(far, 1)
    near.get(kept)

    near.remove(kept)

    with pytest.raises(NotFoundError):
        near.get(kept)


def test_the_bound_is_kept_however_much_is_read(near: CachingPackageStore, far: CountingStore, folder: Path):
    for number in range(50):
        near.get(put(far, number))

        assert bytes_in(folder) <= MOST_BYTES


def test_a_package_larger_than_the_bound_is_given_and_not_kept(near: CachingPackageStore, far: CountingStore, folder):
    large = put(far, 1, MOST_BYTES + 1)

    assert len(near.get(large)) == MOST_BYTES + 1
    assert not folder.exists()


def test_what_nothing_names_goes_before_what_is_served_though_it_was_used_later(
    near: CachingPackageStore, far: CountingStore, folder: Path
):
    served, *others = (put(far, number) for number in range(9))
    near.spare(lambda: {served})
    for number, each in enumerate((served, *others)):
        near.get(each)
        age(folder, each, RECENT_SECONDS * 10 - number)

    for number in (100, 101):
        near.get(put(far, number))

    assert copy_of(folder, served).exists()
    assert not copy_of(folder, others[0]).exists()


def test_among_what_nothing_names_the_longest_unused_goes_first(
    near: CachingPackageStore, far: CountingStore, folder: Path
):
    kept = [put(far, number) for number in range(9)]
    for number, each in enumerate(kept):
        near.get(each)
        age(folder, each, RECENT_SECONDS * 10 - number)

    for each in (kept[0], put(far, 100), put(far, 101)):
        near.get(each)

    assert copy_of(folder, kept[0]).exists()
    assert not copy_of(folder, kept[1]).exists()


def test_processes_share_a_folder(far: CountingStore, folder: Path):
    kept = [put(far, number) for number in range(30)]
    stores = [CachingPackageStore(far, folder, MOST_BYTES) for _ in range(4)]

    with ThreadPoolExecutor(8) as threads:
        read = list(threads.map(lambda at: stores[at % 4].get(kept[at * 7 % 30]), range(400)))

    assert [digest(content) for content in read] == [kept[at * 7 % 30] for at in range(400)]
    assert not list(folder.rglob(".part-*"))


def test_a_disk_that_cannot_be_written_costs_one_line_and_no_read(far: CountingStore, tmp_path: Path):
    (tmp_path / "file").write_text("")
    near = CachingPackageStore(far, tmp_path / "file" / "cache", MOST_BYTES)
    kept = [put(far, number) for number in range(3)]

    with capture_logs() as logged:
        read = [digest(near.get(each)) for each in kept]

    assert read == kept
    assert [line["event"] for line in logged] == ["the cache of packages fails, doing without"]


@contextlib.contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """The system refuses what a write goes beyond, as it does on a disk that is full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_a_full_disk_costs_one_line_and_no_read_and_leaves_no_half_of_a_copy(
    near: CachingPackageStore, far: CountingStore, folder: Path
):
    kept = [put(far, number) for number in range(3)]

    with capture_logs() as logged, files_of_at_most(KILOBYTE // 2):
        read = [digest(near.get(each)) for each in kept]

    assert read == kept
    assert [line["event"] for line in logged] == ["the cache of packages fails, doing without"]
    assert bytes_in(folder) == 0
    assert [digest(near.get(each)) for each in kept] == kept
    assert bytes_in(folder) == 3 * KILOBYTE
