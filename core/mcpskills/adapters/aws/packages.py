"""Package store in S3: `<prefix>/packages/<first two hex digits>/<hex digits>.zip`, written once and never again."""

from typing import Any

from botocore.exceptions import ClientError

from mcpskills.adapters.aws.foreign import code, translated
from mcpskills.adapters.aws.objects import BY_S3, Encryption, S3ObjectStore
from mcpskills.errors import CorruptedError, InvalidInputError, NotFoundError
from mcpskills.package import MEDIA_TYPE, hex_digits
from mcpskills.package import digest as digest_of


class S3PackageStore:
    """See `ports.PackageStore`."""

    def __init__(self, client: Any, bucket: str, prefix: str = "", encryption: Encryption = BY_S3) -> None:
        """`client` is S3's, from `clients.py`; the bucket is there already."""
        folder = f"{prefix.strip('/')}/packages".lstrip("/")
        self._objects = S3ObjectStore(
            client, bucket, folder, encryption, called="The package store", media_type=MEDIA_TYPE
        )

    def put(self, digest: str, content: bytes) -> None:
        if digest_of(content) != digest:
            raise CorruptedError(f"A package was to be kept under {digest}, but its bytes have {digest_of(content)}.")
        if not self._objects.put(_name(digest), content):
            # Somebody was first. What is there is never written over, so it has to be right.
            self.get(digest)

    def get(self, digest: str) -> bytes:
        try:
            content = self._objects.get(_name(digest))
        except NotFoundError as error:
            raise NotFoundError(f"No package is kept under {digest}.") from error
        if digest_of(content) != digest:
            raise CorruptedError(
                f"The package kept under {digest} in {self} has the bytes of {digest_of(content)}: restore an earlier "
                "version of the object, or delete it and publish again."
            )
        return content

    def remove(self, digest: str) -> None:
        self._objects.remove(_name(digest))

    def __str__(self) -> str:
        return str(self._objects)


def make_bucket(client: Any, bucket: str) -> None:
    """Make the bucket unless it is there, with versions kept: for tests and development. Raises `UnavailableError`."""
    with translated(f"The bucket {bucket}"):
        try:
            client.create_bucket(Bucket=bucket, **_location(client))
        except ClientError as error:
            if code(error) != "BucketAlreadyOwnedByYou":
                raise
        client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


def check_bucket(client: Any, bucket: str) -> None:
    """See that the bucket is there and keeps versions, by which a damaged package is restored.

    Raises `InvalidInputError` otherwise, `UnavailableError` when S3 does not say.
    """
    with translated(f"The bucket {bucket}"):
        try:
            status = client.get_bucket_versioning(Bucket=bucket).get("Status", "off")
        except ClientError as error:
            if code(error) != "NoSuchBucket":
                raise
            raise InvalidInputError(
                f"There is no bucket {bucket}: make it (docs/aws.md says how), or name another in MCPSKILLS_S3_BUCKET."
            ) from error
    if status != "Enabled":
        raise InvalidInputError(
            f"The bucket {bucket} must keep versions of its objects, but versioning is {status}: enable it."
        )


def _location(client: Any) -> dict[str, Any]:
    region = client.meta.region_name
    # S3's first region is the one that must not be named.
    return {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}


def _name(digest: str) -> str:
    digits = hex_digits(digest)
    return f"{digits[:2]}/{digits}.zip"
