"""Package store in S3: `<prefix>/packages/<first two hex digits>/<hex digits>.zip`, written once and never again.

Whoever reads needs `s3:GetObject` below the prefix, and `s3:ListBucket`: without it S3 says of a missing object that it is
forbidden, which is no `NotFoundError`.
"""

import base64
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError, FlexibleChecksumError, HTTPClientError, IncompleteReadError

from mcpskills.adapters.aws.foreign import code, translated
from mcpskills.errors import CorruptedError, InvalidInputError, NotFoundError, UnavailableError
from mcpskills.package import MEDIA_TYPE, hex_digits
from mcpskills.package import digest as digest_of

_TRIES = 3


@dataclass(frozen=True, slots=True)
class Encryption:
    """How S3 encrypts what it keeps: by its own keys (`AES256`), or by a key in KMS (`aws:kms` with the key's id)."""

    algorithm: str = "AES256"
    key: str | None = None

    @property
    def parameters(self) -> dict[str, str]:
        return {"ServerSideEncryption": self.algorithm} | ({"SSEKMSKeyId": self.key} if self.key else {})


class S3PackageStore:
    """See `ports.PackageStore`."""

    def __init__(self, client: Any, bucket: str, prefix: str = "", encryption: Encryption = Encryption()) -> None:
        """`client` is S3's, from `clients.py`; the bucket is there already."""
        self._client = client
        self._bucket = bucket
        self._folder = f"{prefix.strip('/')}/packages".lstrip("/")
        self._encryption = encryption

    def put(self, digest: str, content: bytes) -> None:
        if digest_of(content) != digest:
            raise CorruptedError(f"A package was to be kept under {digest}, but its bytes have {digest_of(content)}.")
        if not self._wrote(digest, content):
            # Somebody was first. What is there is never written over, so it has to be right.
            self.get(digest)

    def get(self, digest: str) -> bytes:
        content = self._read(digest)
        if digest_of(content) != digest:
            raise CorruptedError(
                f"The package kept under {digest} in {self} has the bytes of {digest_of(content)}: restore an earlier "
                "version of the object, or delete it and publish again."
            )
        return content

    def remove(self, digest: str) -> None:
        with self._talking():
            self._client.delete_object(Bucket=self._bucket, Key=self._key(digest))

    def __str__(self) -> str:
        return f"s3://{self._bucket}/{self._folder}"

    def _wrote(self, digest: str, content: bytes) -> bool:
        """Write the object unless it exists; False when it does."""
        with self._talking():
            for _ in range(_TRIES):
                if (wrote := self._try_to_write(digest, content)) is not None:
                    return wrote
        raise UnavailableError(f"{self} cannot keep {digest} now: others keep writing it at once. Try again.")

    def _try_to_write(self, digest: str, content: bytes) -> bool | None:
        """None when S3 says to try again, as another writer is at it."""
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=self._key(digest),
                Body=content,
                ContentType=MEDIA_TYPE,
                IfNoneMatch="*",
                ChecksumSHA256=base64.b64encode(bytes.fromhex(hex_digits(digest))).decode(),
                **self._encryption.parameters,
            )
        except ClientError as error:
            if code(error) == "ConditionalRequestConflict":
                return None
            if code(error) == "PreconditionFailed":
                return False
            raise
        return True

    def _read(self, digest: str) -> bytes:
        broken: Exception | None = None
        for _ in range(_TRIES):
            with self._talking(), contextlib.closing(self._body(digest)) as body:
                try:
                    return bytes(body.read())
                except FlexibleChecksumError as error:
                    raise CorruptedError(
                        f"The package kept under {digest} in {self} does not have its checksum."
                    ) from error
                except (HTTPClientError, IncompleteReadError) as error:
                    broken = error  # boto3 tries again until an answer begins; one that breaks off is left to us
        raise UnavailableError(f"{self} breaks off while {digest} is read: {broken}") from broken

    def _body(self, digest: str) -> Any:
        try:
            return self._client.get_object(Bucket=self._bucket, Key=self._key(digest), ChecksumMode="ENABLED")["Body"]
        except ClientError as error:
            if code(error) == "NoSuchKey":
                raise NotFoundError(f"No package is kept under {digest}.") from error
            raise

    def _key(self, digest: str) -> str:
        digits = hex_digits(digest)
        return f"{self._folder}/{digits[:2]}/{digits}.zip"

    @contextlib.contextmanager
    def _talking(self) -> Iterator[None]:
        with translated(f"The package store {self}"):
            yield


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
