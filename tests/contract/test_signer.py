"""What `ports.Signer` promises: what it signs is verified by whoever trusts its public key, and by nobody else."""

import base64
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

from mcpskills import provenance
from mcpskills.adapters.signing.file_key import FileKey
from mcpskills.adapters.signing.verifying import TrustedKeys
from mcpskills.errors import CorruptedError
from mcpskills.ports import Signer
from mcpskills.provenance import PAYLOAD_TYPE, STATEMENT_LIMIT
from provenance_builders import a_provenance

STATEMENT = provenance.statement(a_provenance())


def _changed(envelope: str, change: Callable[[dict[str, Any]], None]) -> str:
    document = json.loads(envelope)
    change(document)
    return json.dumps(document)


def _other_base64(document: dict[str, Any], key: str) -> None:
    """Other bytes of the same length."""
    raw = bytearray(base64.b64decode(document[key]))
    raw[len(raw) // 2] ^= 1
    document[key] = base64.b64encode(raw).decode()


def test_what_is_signed_is_verified(signer: Signer):
    trusted = TrustedKeys.read([signer.public_pem])

    envelope = signer.sign(STATEMENT, PAYLOAD_TYPE)

    assert trusted.verify(envelope, PAYLOAD_TYPE) == STATEMENT
    assert trusted.signer(envelope, PAYLOAD_TYPE) == signer.key_id


def test_the_longest_statement_can_be_signed(signer: Signer):
    longest = b"x" * STATEMENT_LIMIT

    assert TrustedKeys.read([signer.public_pem]).verify(signer.sign(longest, PAYLOAD_TYPE), PAYLOAD_TYPE) == longest


def test_the_envelope_is_canonical_json(signer: Signer):
    envelope = signer.sign(STATEMENT, PAYLOAD_TYPE)

    assert json.dumps(json.loads(envelope), sort_keys=True, separators=(",", ":")) == envelope


def test_the_key_id_is_the_hash_that_openssl_gives_of_the_public_key(signer: Signer, tmp_path: Path):
    (tmp_path / "key.pub.pem").write_text(signer.public_pem)
    command = f"openssl pkey -pubin -in {tmp_path}/key.pub.pem -outform DER | sha256sum"

    printed = subprocess.run(command, shell=True, capture_output=True, text=True, check=True).stdout

    assert signer.key_id == f"sha256:{printed.split()[0]}"


def test_another_implementation_of_dsse_verifies_the_envelope(signer: Signer):
    key = SSlibKey.from_crypto(load_pem_public_key(signer.public_pem.encode()), keyid=signer.key_id)
    envelope = Envelope.from_dict(json.loads(signer.sign(STATEMENT, PAYLOAD_TYPE)))

    assert envelope.verify([key], threshold=1) == {signer.key_id: key}
    assert envelope.payload == STATEMENT


def test_another_payload_is_refused(signer: Signer):
    envelope = _changed(signer.sign(STATEMENT, PAYLOAD_TYPE), lambda document: _other_base64(document, "payload"))

    with pytest.raises(CorruptedError, match=f"{signer.key_id} does not fit"):
        TrustedKeys.read([signer.public_pem]).verify(envelope, PAYLOAD_TYPE)


def test_another_signature_is_refused(signer: Signer):
    envelope = _changed(
        signer.sign(STATEMENT, PAYLOAD_TYPE), lambda document: _other_base64(document["signatures"][0], "sig")
    )

    with pytest.raises(CorruptedError, match=f"{signer.key_id} does not fit"):
        TrustedKeys.read([signer.public_pem]).verify(envelope, PAYLOAD_TYPE)


def test_a_signature_under_another_keys_name_is_refused(signer: Signer):
    envelope = _changed(
        signer.sign(STATEMENT, PAYLOAD_TYPE), lambda document: document["signatures"][0].update(keyid="sha256:0")
    )

    with pytest.raises(CorruptedError, match=r"sha256:0.*trusted are only"):
        TrustedKeys.read([signer.public_pem]).verify(envelope, PAYLOAD_TYPE)


def test_a_payload_that_was_signed_as_something_else_is_refused(signer: Signer):
    envelope = signer.sign(STATEMENT, "application/json")
    passed_off = _changed(envelope, lambda document: document.update(payloadType=PAYLOAD_TYPE))
    trusted = TrustedKeys.read([signer.public_pem])

    with pytest.raises(CorruptedError, match="application/json"):
        trusted.verify(envelope, PAYLOAD_TYPE)

    with pytest.raises(CorruptedError, match="does not fit"):
        trusted.verify(passed_off, PAYLOAD_TYPE)


def test_a_key_that_is_not_trusted_is_refused_with_both_names(signer: Signer, tmp_path: Path):
    other = FileKey.open(tmp_path / "other.pem")

    with pytest.raises(CorruptedError, match=f"{signer.key_id}.*{other.key_id}"):
        TrustedKeys.read([other.public_pem]).verify(signer.sign(STATEMENT, PAYLOAD_TYPE), PAYLOAD_TYPE)


def test_the_old_and_the_new_key_are_trusted_together(signer: Signer, tmp_path: Path):
    new = FileKey.open(tmp_path / "new.pem")
    trusted = TrustedKeys.read([signer.public_pem, tmp_path / "new.pub.pem"])

    assert trusted.signer(signer.sign(STATEMENT, PAYLOAD_TYPE), PAYLOAD_TYPE) == signer.key_id
    assert trusted.signer(new.sign(STATEMENT, PAYLOAD_TYPE), PAYLOAD_TYPE) == new.key_id


def test_one_good_signature_among_strange_ones_is_enough(signer: Signer, tmp_path: Path):
    strange = json.loads(FileKey.open(tmp_path / "strange.pem").sign(STATEMENT, PAYLOAD_TYPE))["signatures"]
    envelope = _changed(
        signer.sign(STATEMENT, PAYLOAD_TYPE),
        lambda document: document.update(signatures=strange + document["signatures"]),
    )

    assert TrustedKeys.read([signer.public_pem]).verify(envelope, PAYLOAD_TYPE) == STATEMENT


def test_an_envelope_that_is_cut_off_anywhere_is_refused(signer: Signer):
    envelope = signer.sign(STATEMENT, PAYLOAD_TYPE)
    trusted = TrustedKeys.read([signer.public_pem])

    for end in range(0, len(envelope), 37):
        with pytest.raises(CorruptedError):
            trusted.verify(envelope[:end], PAYLOAD_TYPE)
