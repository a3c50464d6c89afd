"""Objects in S3 below a prefix, written once and encrypted.

Whoever reads needs `s3:GetObject` below the prefix, and `s3:ListBucket`: without it S3 says of a missing object that it is
forbidden, which is no `NotFoundError`.
"""

import base64
import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError, FlexibleChecksumError, HTTPClientError, IncompleteReadError

from mcpskills.adapters.aws.foreign import code, translated
from mcpskills.errors import CorruptedError, NotFoundError, UnavailableError

_TRIES = 3


@dataclass(frozen=True, slots=True)
class Encryption:
    """How S3 encrypts what it keeps: by its own keys (`AES256`), or by a key in KMS (`aws:kms` with the key's id)."""

    algorithm: str = "AES256"
    key: str | None = None

    @property
    def parameters(self) -> dict[str, str]:
        return {"ServerSideEncryption": self.algorithm} | ({"SSEKMSKeyId": self.key} if self.key else {})


BY_S3 = Encryption()


@dataclass(frozen=True, slots=True)
class S3ObjectStore:
    """See `ports.ObjectStore`. `client` is S3's, from `clients.py`; the bucket is there already.

    `folder` is what all keys begin with, without a slash at its ends; `called` is what people call the store. All objects are of
    the same `media_type`.
    """

    client: Any
    bucket: str
    folder: str
    encryption: Encryption
    called: str
    media_type: str = "application/octet-stream"

    def put(self, name: str, content: bytes) -> bool:
        with self._talking():
            for _ in range(_TRIES):
                if (wrote := self._try_to_write(name, content)) is not None:
                    return wrote
        raise UnavailableError(f"{self} cannot keep {name} now: others keep writing it at once. Try again.")

    def get(self, name: str) -> bytes:
        broken: Exception | None = None
        for _ in range(_TRIES):
            with self._talking(), contextlib.closing(self._body(name)) as body:
                try:
                    return bytes(body.read())
                except FlexibleChecksumError as error:
                    raise CorruptedError(f"The object {name} in {self} does not have its checksum.") from error
                except (HTTPClientError, IncompleteReadError) as error:
                    broken = error  # botocore tries again until an answer begins; one that breaks off is left to us
        raise UnavailableError(f"{self} breaks off while {name} is read: {broken}") from broken

    def names(self, after: str = "") -> Iterator[str]:
        folder = f"{self.folder}/"
        asked = {"Bucket": self.bucket, "Prefix": folder} | ({"StartAfter": folder + after} if after else {})
        with self._talking():
            for page in self.client.get_paginator("list_objects_v2").paginate(**asked):
                yield from (found["Key"].removeprefix(folder) for found in page.get("Contents", ()))

    def remove(self, name: str) -> None:
        with self._talking():
            self.client.delete_object(Bucket=self.bucket, Key=self._key(name))

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.folder}"

    def _try_to_write(self, name: str, content: bytes) -> bool | None:
        """None when S3 says to try again, as another writer is at it."""
        try:
            self.client.put_object(
                Bucket=self.bucket,
                Key=self._key(name),
                Body=content,
                ContentType=self.media_type,
                IfNoneMatch="*",
                ChecksumSHA256=base64.b64encode(hashlib.sha256(content).digest()).decode(),
                **self.encryption.parameters,
            )
        except ClientError as error:
            if code(error) == "ConditionalRequestConflict":
                return None
            if code(error) == "PreconditionFailed":
                return False
            raise
        return True

    def _body(self, name: str) -> Any:
        try:
            return self.client.get_object(Bucket=self.bucket, Key=self._key(name), ChecksumMode="ENABLED")["Body"]
        except ClientError as error:
            if code(error) == "NoSuchKey":
                raise NotFoundError(f"There is no {name} in {self}.") from error
            raise

    def _key(self, name: str) -> str:
        return f"{self.folder}/{name}"

    @contextlib.contextmanager
    def _talking(self) -> Iterator[None]:
        with translated(f"{self.called} {self}"):
            yield
