"""DSSE envelopes: a payload, its type, and who signed both. Source: secure-systems-lab/dsse, protocol and envelope 1.0."""

import base64
import binascii
import json
from dataclasses import dataclass

from mcpskills import strict_json
from mcpskills.errors import CorruptedError
from mcpskills.printable import quoted

ENVELOPE_LIMIT = 16 * 1024
"""Bytes of an envelope's text: the longest statement in base64, and room for a few signatures."""

_MOST_SIGNATURES = 8
_PLACE = "The signature envelope"


@dataclass(frozen=True, slots=True)
class Signature:
    """`key_id` is a hint that the signature does not cover; `value` are the raw bytes that the key made."""

    key_id: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    payload: bytes
    payload_type: str
    signatures: tuple[Signature, ...]

    @property
    def signed(self) -> bytes:
        return signed_bytes(self.payload, self.payload_type)


def signed_bytes(payload: bytes, payload_type: str) -> bytes:
    """What a signature is made over: the protocol's pre-authentication encoding, in which no part can pass for another."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def write(envelope: Envelope) -> str:
    """The envelope as canonical JSON: keys sorted, no white space."""
    document = {
        "payload": base64.b64encode(envelope.payload).decode(),
        "payloadType": envelope.payload_type,
        "signatures": [
            {"keyid": signature.key_id, "sig": base64.b64encode(signature.value).decode()}
            for signature in envelope.signatures
        ],
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def read(text: str) -> Envelope:
    """The inverse of `write`; nothing is verified. Raises `CorruptedError` for what is no envelope."""
    # Lone surrogates, which no JSON document has, are left for the reading to refuse.
    document = strict_json.read(text.encode(errors="surrogatepass"), _PLACE, ENVELOPE_LIMIT)
    return Envelope(
        payload=_decoded(document.text("payload"), "payload"),
        payload_type=document.text("payloadType"),
        signatures=tuple(
            Signature(signature.text("keyid"), _decoded(signature.text("sig"), "sig"))
            for signature in document.some("signatures", _MOST_SIGNATURES)
        ),
    )


def _decoded(text: str, key: str) -> bytes:
    """Only the one way of writing the bytes in base64 is taken, so that an envelope cannot change and stay the same."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise CorruptedError(f"`{key}` of the signature envelope should be base64: {error}.") from error
    if base64.b64encode(decoded).decode() != text:
        raise CorruptedError(
            f"`{key}` of the signature envelope is no canonical base64: {quoted(text[-8:])} at its end."
        )
    return decoded
