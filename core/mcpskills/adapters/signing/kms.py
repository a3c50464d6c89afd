"""A key that never leaves AWS KMS: ed25519 (`ECC_NIST_EDWARDS25519`), or P-256 with SHA-256 (`ECC_NIST_P256`)."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from mcpskills.adapters.signing import envelope as envelopes
from mcpskills.adapters.signing import public_keys
from mcpskills.adapters.signing.envelope import Envelope, Signature
from mcpskills.adapters.signing.public_keys import PublicKey
from mcpskills.errors import CorruptedError, InvalidInputError, UnavailableError

_RAW_LIMIT = 4096
"""Bytes of a message that KMS takes as it is; the API's own limit."""


@dataclass(frozen=True, slots=True)
class _Algorithm:
    """How KMS is asked to sign: by which name, what kind of message, and what it is given of the content."""

    name: str
    message_type: str
    message: Callable[[bytes], bytes]


# KMS signs with ed25519 what it is sent, and with P-256 a hash that is made here, which has no limit.
_ALGORITHMS: Mapping[str, _Algorithm] = {
    "ECC_NIST_EDWARDS25519": _Algorithm("ED25519_SHA_512", "RAW", lambda content: content),
    "ECC_NIST_P256": _Algorithm("ECDSA_SHA_256", "DIGEST", lambda content: hashlib.sha256(content).digest()),
}


class KmsKey:
    """See `ports.Signer`. Takes a botocore client of KMS, whose own settings bound how long a call takes."""

    def __init__(self, client: Any, arn: str, algorithm: _Algorithm, public: PublicKey) -> None:
        self._client = client
        self._arn = arn
        self._algorithm = algorithm
        self._public = public
        self._key_id = public_keys.key_id(public)

    @classmethod
    def open(cls, client: Any, key: str) -> "KmsKey":
        """The key by its id, ARN or alias. An alias is followed once, so that a run of the program uses one key.

        Raises `InvalidInputError` for a key that cannot be used, `UnavailableError` when KMS does not give its public half.
        """
        answer = _asked(client.get_public_key, key, KeyId=key)
        algorithm = _ALGORITHMS.get(answer["KeySpec"])
        if algorithm is None or answer["KeyUsage"] != "SIGN_VERIFY":
            raise InvalidInputError(
                f"The KMS key {key} is a {answer['KeySpec']} for {answer['KeyUsage']}; one of {' or '.join(_ALGORITHMS)} for "
                "SIGN_VERIFY is expected. A key cannot be changed: make another."
            )
        return cls(client, answer["KeyId"], algorithm, public_keys.from_der(answer["PublicKey"], f"The KMS key {key}"))

    @property
    def key_id(self) -> str:
        return self._key_id

    @property
    def public_pem(self) -> str:
        return public_keys.pem(self._public)

    def sign(self, payload: bytes, payload_type: str) -> str:
        content = envelopes.signed_bytes(payload, payload_type)
        if self._algorithm.message_type == "RAW" and len(content) > _RAW_LIMIT:
            raise InvalidInputError(
                f"KMS signs at most {_RAW_LIMIT} bytes with {self._algorithm.name}, not {len(content)}."
            )
        answer = _asked(
            self._client.sign,
            self._arn,
            KeyId=self._arn,
            Message=self._algorithm.message(content),
            MessageType=self._algorithm.message_type,
            SigningAlgorithm=self._algorithm.name,
        )
        signature: bytes = answer["Signature"]
        if not public_keys.verifies(self._public, signature, content):
            raise CorruptedError(
                f"What KMS signed with {self._arn} does not verify with that key; nothing is published."
            )
        return envelopes.write(Envelope(payload, payload_type, (Signature(self._key_id, signature),)))


def _asked(call: Callable[..., Any], key: str, **request: Any) -> Any:
    try:
        return call(**request)
    except ClientError as error:
        said = error.response.get("Error", {})
        raise UnavailableError(f"KMS refuses the key {key}: {said.get('Code')}, {said.get('Message')}.") from error
    except BotoCoreError as error:
        raise UnavailableError(f"KMS cannot be asked for the key {key}: {error}.") from error
