"""Packages in S3 while the service or the network fails: tried again, and told plainly when that did not help."""

from dataclasses import replace
from threading import Event

import pytest

from catalog_builders import a_package
from mcpskills.adapters.aws.packages import S3PackageStore
from mcpskills.errors import UnavailableError
from stand_ins.aws_server import AwsServer
from stand_ins.buckets import a_bucket, a_package_store
from stand_ins.faults import CROSSED, SLOW_DOWN, Fault, FaultyServer, answer_lost, cut_short, held_until, unreachable


@pytest.mark.parametrize("fault", [SLOW_DOWN, unreachable, answer_lost], ids=["503", "unreachable", "answer lost"])
def test_a_fault_that_passes_is_not_noticed(behind_faults: AwsServer, faulty_ministack: FaultyServer, fault: Fault):
    store, built = a_package_store(behind_faults), a_package()

    faulty_ministack.inject(fault, times=2, operation="PUT")
    store.put(built.digest, built.archive)
    faulty_ministack.inject(fault, times=2, operation="GET")

    assert store.get(built.digest) == built.archive


def test_a_write_whose_answer_was_lost_is_one_version(behind_faults: AwsServer, faulty_ministack: FaultyServer):
    client, built = behind_faults.aws.client("s3"), a_package()
    bucket = a_bucket(client)

    faulty_ministack.inject(answer_lost, operation="PUT")
    S3PackageStore(client, bucket).put(built.digest, built.archive)

    assert len(client.list_object_versions(Bucket=bucket)["Versions"]) == 1


def test_a_package_that_breaks_off_is_read_again(behind_faults: AwsServer, faulty_ministack: FaultyServer):
    store, built = a_package_store(behind_faults), a_package("x" * 100_000)
    store.put(built.digest, built.archive)

    faulty_ministack.inject(cut_short, times=2)

    assert store.get(built.digest) == built.archive


def test_a_package_that_keeps_breaking_off_is_unavailable(behind_faults: AwsServer, faulty_ministack: FaultyServer):
    store, built = a_package_store(behind_faults), a_package("x" * 100_000)
    store.put(built.digest, built.archive)

    faulty_ministack.inject(cut_short, times=3)

    with pytest.raises(UnavailableError, match="breaks off"):
        store.get(built.digest)


def test_a_service_that_stays_busy_is_unavailable(behind_faults: AwsServer, faulty_ministack: FaultyServer):
    client, built = behind_faults.aws.client("s3"), a_package()
    impatient = S3PackageStore(replace(behind_faults.aws, tries=2).client("s3"), a_bucket(client))

    faulty_ministack.inject(SLOW_DOWN, times=2)

    with pytest.raises(UnavailableError, match="SlowDown"):
        impatient.put(built.digest, built.archive)


def test_a_service_that_does_not_answer_is_given_up(behind_faults: AwsServer, faulty_ministack: FaultyServer):
    client, built, release = behind_faults.aws.client("s3"), a_package(), Event()
    impatient = replace(behind_faults.aws, tries=1, read_seconds=0.1).client("s3")
    store = S3PackageStore(impatient, a_bucket(client))

    faulty_ministack.inject(held_until(release))

    with pytest.raises(UnavailableError, match="cannot be reached"):
        store.put(built.digest, built.archive)
    release.set()


def test_writers_that_keep_crossing_each_other_are_tried_again(
    behind_faults: AwsServer, faulty_ministack: FaultyServer
):
    store, built = a_package_store(behind_faults), a_package()

    faulty_ministack.inject(CROSSED, times=2, operation="PUT")
    store.put(built.digest, built.archive)
    faulty_ministack.inject(CROSSED, times=3, operation="PUT")

    with pytest.raises(UnavailableError, match="others keep writing"):
        store.put(built.digest, built.archive)
