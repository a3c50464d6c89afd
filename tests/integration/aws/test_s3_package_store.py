"""What is special about packages in S3, beside what `tests/contract/test_package_store.py` asks of every store."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest

from catalog_builders import a_package
from mcpskills.adapters.aws.objects import Encryption
from mcpskills.adapters.aws.packages import S3PackageStore, check_bucket
from mcpskills.errors import CorruptedError, InvalidInputError, NotFoundError, UnavailableError
from mcpskills.package import Package, hex_digits
from stand_ins.aws_server import AwsServer
from stand_ins.buckets import a_bucket

SERVERS = ("ministack", "seaweedfs")


@pytest.fixture(params=SERVERS)
def client(request) -> Any:
    return request.getfixturevalue(request.param).aws.client("s3")


def key_of(package: Package, prefix: str = "packages") -> str:
    digits = hex_digits(package.digest)
    return f"{prefix}/{digits[:2]}/{digits}.zip"


def versions_of(client: Any, bucket: str) -> list[str]:
    return [version["Key"] for version in client.list_object_versions(Bucket=bucket).get("Versions", [])]


def test_writers_that_race_leave_one_object_with_one_version(client: Any):
    bucket, built, start = a_bucket(client), a_package("x" * 50_000), Barrier(8)

    def write(_: int) -> None:
        start.wait()
        S3PackageStore(client, bucket).put(built.digest, built.archive)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(8)))

    assert versions_of(client, bucket) == [key_of(built)]


def test_a_corrupted_object_is_neither_read_nor_written_over(client: Any):
    bucket, built = a_bucket(client), a_package()
    client.put_object(Bucket=bucket, Key=key_of(built), Body=b"something else")
    store = S3PackageStore(client, bucket)

    with pytest.raises(CorruptedError, match="restore an earlier version"):
        store.get(built.digest)
    with pytest.raises(CorruptedError, match=built.digest):
        store.put(built.digest, built.archive)

    assert versions_of(client, bucket) == [key_of(built)]


def test_a_damaged_object_is_good_again_once_its_earlier_version_is_restored(client: Any):
    bucket, built = a_bucket(client), a_package()
    store = S3PackageStore(client, bucket)
    store.put(built.digest, built.archive)
    damage = client.put_object(Bucket=bucket, Key=key_of(built), Body=b"damage")

    client.delete_object(Bucket=bucket, Key=key_of(built), VersionId=damage["VersionId"])

    assert store.get(built.digest) == built.archive


def test_stores_with_other_prefixes_in_one_bucket_see_nothing_of_each_other(client: Any):
    bucket, built = a_bucket(client), a_package()
    acme = S3PackageStore(client, bucket, "tenants/acme/")

    acme.put(built.digest, built.archive)

    assert versions_of(client, bucket) == [key_of(built, "tenants/acme/packages")]
    assert acme.get(built.digest) == built.archive
    for other in (S3PackageStore(client, bucket), S3PackageStore(client, bucket, "tenants/acm")):
        with pytest.raises(NotFoundError):
            other.get(built.digest)


def test_what_is_kept_is_encrypted_as_was_asked(ministack: AwsServer):
    client, built = ministack.aws.client("s3"), a_package()
    by_s3, by_kms = a_bucket(client), a_bucket(client)

    S3PackageStore(client, by_s3).put(built.digest, built.archive)
    S3PackageStore(client, by_kms, encryption=Encryption("aws:kms", "alias/packages")).put(built.digest, built.archive)

    one, other = (client.head_object(Bucket=bucket, Key=key_of(built)) for bucket in (by_s3, by_kms))
    assert one["ServerSideEncryption"] == "AES256"
    assert (other["ServerSideEncryption"], other["SSEKMSKeyId"]) == ("aws:kms", "alias/packages")


def test_a_bucket_is_checked_for_versions_of_its_objects(client: Any):
    kept, bare = a_bucket(client), a_bucket(client) + "-bare"
    client.create_bucket(Bucket=bare)

    check_bucket(client, kept)

    with pytest.raises(InvalidInputError, match="enable it"):
        check_bucket(client, bare)
    with pytest.raises(InvalidInputError, match="There is no bucket"):
        check_bucket(client, bare + "-missing")


def test_a_store_without_its_bucket_is_unavailable(ministack: AwsServer):
    built, store = a_package(), S3PackageStore(ministack.aws.client("s3"), "no-such-bucket")

    for use in (lambda: store.put(built.digest, built.archive), lambda: store.get(built.digest)):
        with pytest.raises(UnavailableError, match="NoSuchBucket"):
            use()


def test_a_wrong_secret_is_told_as_such(seaweedfs: AwsServer, monkeypatch: pytest.MonkeyPatch):
    bucket = a_bucket(seaweedfs.aws.client("s3"))
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    stranger = S3PackageStore(seaweedfs.aws.client("s3"), bucket)

    with pytest.raises(UnavailableError, match="SignatureDoesNotMatch"):
        stranger.put(a_package().digest, a_package().archive)


def test_aws_without_a_region_or_with_an_odd_address_cannot_be_set_up(
    ministack: AwsServer, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("AWS_DEFAULT_REGION")

    for aws, service in (
        (replace(ministack.aws, region=None), "dynamodb"),
        (replace(ministack.aws, endpoint=None, endpoints={"s3": "not an address"}), "s3"),
    ):
        with pytest.raises(UnavailableError, match=f"AWS's {service}"):
            aws.client(service)


def test_one_service_may_have_an_address_of_its_own(ministack: AwsServer, seaweedfs: AwsServer):
    aws = replace(ministack.aws, endpoints={"s3": seaweedfs.url})

    assert aws.client("s3").meta.endpoint_url == seaweedfs.url
    assert aws.client("dynamodb").meta.endpoint_url == ministack.url
