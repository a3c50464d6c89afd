"""Reading the public keys that are trusted, and the envelopes that they are to verify."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mcpskills.adapters.signing.file_key import FileKey
from mcpskills.adapters.signing.verifying import TrustedKeys
from mcpskills.errors import CorruptedError, InvalidInputError
from mcpskills.provenance import PAYLOAD_TYPE


def pem_of(private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    return private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.fixture
def signer(tmp_path: Path) -> FileKey:
    return FileKey.open(tmp_path / "signing.pem")


def test_one_file_may_hold_several_keys(signer: FileKey, tmp_path: Path):
    other = FileKey.open(tmp_path / "other.pem")
    (tmp_path / "trusted.pem").write_text(f"# ours\n{signer.public_pem}\n# the old one\n{other.public_pem}")

    trusted = TrustedKeys.read([tmp_path / "trusted.pem"])

    assert trusted.key_ids == tuple(sorted([signer.key_id, other.key_id]))


def test_a_path_may_be_given_as_text(signer: FileKey, tmp_path: Path):
    assert TrustedKeys.read([str(tmp_path / "signing.pub.pem")]).key_ids == (signer.key_id,)


def test_the_same_key_twice_is_one_key(signer: FileKey):
    assert TrustedKeys.read([signer.public_pem, signer.public_pem]).key_ids == (signer.key_id,)


def test_trusting_nobody_is_refused():
    with pytest.raises(InvalidInputError, match="at least one"):
        TrustedKeys.read([])


def test_a_private_key_among_the_trusted_ones_is_refused(signer: FileKey, tmp_path: Path):
    with pytest.raises(InvalidInputError, match=r"PRIVATE KEY.*publisher alone"):
        TrustedKeys.read([tmp_path / "signing.pem"])


@pytest.mark.parametrize(
    ("pem", "kind"),
    [
        (pem_of(rsa.generate_private_key(65537, 2048)), "RSAPublicKey"),
        (pem_of(ec.generate_private_key(ec.SECP384R1())), "secp384r1"),
    ],
)
def test_keys_of_other_kinds_are_refused(pem: str, kind: str):
    with pytest.raises(InvalidInputError, match=f"{kind}; ed25519 and P-256"):
        TrustedKeys.read([pem])


@pytest.mark.parametrize(
    "content", ["", "ssh-ed25519 AAAA", "-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----"]
)
def test_a_file_without_a_key_is_refused(tmp_path: Path, content: str):
    (tmp_path / "trusted.pem").write_text(content)

    with pytest.raises(InvalidInputError, match=r"trusted\.pem holds"):
        TrustedKeys.read([tmp_path / "trusted.pem"])


def test_a_file_that_is_missing_or_far_too_long_is_refused(tmp_path: Path):
    (tmp_path / "long.pem").write_text("x" * 70_000)

    with pytest.raises(InvalidInputError, match=r"missing\.pem cannot be read"):
        TrustedKeys.read([tmp_path / "missing.pem"])

    with pytest.raises(InvalidInputError, match=r"long\.pem has more than"):
        TrustedKeys.read([tmp_path / "long.pem"])


@pytest.mark.parametrize(
    "change",
    [
        {"payload": None},
        {"payload": "e30"},
        {"payload": "e31="},
        {"payload": "e30=\n"},
        {"payload": "é"},
        {"payloadType": 1},
        {"signatures": []},
        {"signatures": None},
        {"signatures": ["sig"]},
        {"signatures": [{"keyid": "a"}]},
        {"signatures": [{"keyid": "a", "sig": "-_-_"}]},
        {"signatures": [{"keyid": "a", "sig": "AAAA"}] * 9},
    ],
)
def test_an_envelope_with_a_part_that_is_not_as_it_should_be_is_refused(signer: FileKey, change: dict[str, Any]):
    envelope = json.dumps({**json.loads(signer.sign(b"{}", PAYLOAD_TYPE)), **change})

    with pytest.raises(CorruptedError, match="signature envelope"):
        TrustedKeys.read([signer.public_pem]).verify(envelope, PAYLOAD_TYPE)


@pytest.mark.parametrize(
    "envelope",
    ["", "null", "[]", "\udcff", "{" * 16_000, '{"payload":"","payload":""}', "x" * 17_000, "\N{GRINNING FACE}"],
)
def test_what_is_no_envelope_is_refused(signer: FileKey, envelope: str):
    with pytest.raises(CorruptedError, match="signature envelope"):
        TrustedKeys.read([signer.public_pem]).verify(envelope, PAYLOAD_TYPE)


def test_an_empty_signature_is_refused(signer: FileKey):
    document = json.loads(signer.sign(b"{}", PAYLOAD_TYPE))
    document["signatures"][0]["sig"] = ""

    with pytest.raises(CorruptedError, match="does not fit"):
        TrustedKeys.read([signer.public_pem]).verify(json.dumps(document), PAYLOAD_TYPE)


def test_a_signature_over_the_payload_alone_is_refused(signer: FileKey):
    """Payload and type are signed together: without that, something signed elsewhere could pass for a provenance."""
    document = json.loads(signer.sign(b"{}", PAYLOAD_TYPE))
    document["signatures"][0]["sig"] = base64.b64encode(signer._private.sign(b"{}")).decode()

    with pytest.raises(CorruptedError, match="does not fit"):
        TrustedKeys.read([signer.public_pem]).verify(json.dumps(document), PAYLOAD_TYPE)
