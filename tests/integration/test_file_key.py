"""The signing key in a file: made once, kept from others, and refused when it is not what it should be."""

import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from mcpskills.adapters.signing.file_key import FileKey, public_path
from mcpskills.adapters.signing.verifying import TrustedKeys
from mcpskills.errors import InvalidInputError, UnavailableError
from mcpskills.provenance import PAYLOAD_TYPE

PLAIN = NoEncryption()


def keep(
    path: Path, key: Ed25519PrivateKey | rsa.RSAPrivateKey, protection: KeySerializationEncryption = PLAIN
) -> Path:
    path.touch(mode=0o600)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection))
    return path


def test_a_key_is_made_at_its_first_use_and_used_from_then_on(tmp_path: Path):
    first = FileKey.open(tmp_path / "keys" / "signing.pem")

    assert FileKey.open(tmp_path / "keys" / "signing.pem").key_id == first.key_id


def test_only_its_owner_may_read_the_key_and_all_may_read_its_public_half(tmp_path: Path):
    FileKey.open(tmp_path / "signing.pem")

    assert stat.S_IMODE((tmp_path / "signing.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "signing.pub.pem").stat().st_mode) == 0o644
    assert {path.name for path in tmp_path.iterdir()} == {"signing.pem", "signing.pub.pem"}


def test_the_public_half_beside_the_key_verifies_what_it_signs(tmp_path: Path):
    signer = FileKey.open(tmp_path / "signing.pem")

    trusted = TrustedKeys.read([public_path(tmp_path / "signing.pem")])

    assert trusted.verify(signer.sign(b"{}", PAYLOAD_TYPE), PAYLOAD_TYPE) == b"{}"


def test_a_key_that_openssl_made_is_used(tmp_path: Path):
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", tmp_path / "signing.pem"], check=True)
    (tmp_path / "signing.pem").chmod(0o600)

    signer = FileKey.open(tmp_path / "signing.pem")

    made = subprocess.run(
        ["openssl", "pkey", "-in", tmp_path / "signing.pem", "-pubout"], capture_output=True, text=True, check=True
    )
    assert signer.public_pem == made.stdout


def test_several_that_make_a_key_at_once_end_with_the_same_one(tmp_path: Path):
    with ThreadPoolExecutor(8) as threads:
        signers = list(threads.map(FileKey.open, [tmp_path / "signing.pem"] * 8))

    assert len({signer.key_id for signer in signers}) == 1
    assert (tmp_path / "signing.pub.pem").read_text() == signers[0].public_pem


def test_the_public_half_follows_a_key_that_was_replaced(tmp_path: Path):
    FileKey.open(tmp_path / "signing.pem")
    keep(tmp_path / "signing.pem", Ed25519PrivateKey.generate())

    replaced = FileKey.open(tmp_path / "signing.pem")

    assert (tmp_path / "signing.pub.pem").read_text() == replaced.public_pem


def test_a_key_is_used_whose_public_half_cannot_be_written(tmp_path: Path):
    keep(tmp_path / "signing.pem", Ed25519PrivateKey.generate())
    (tmp_path / "signing.pub.pem").mkdir()

    FileKey.open(tmp_path / "signing.pem")

    assert {path.name for path in tmp_path.iterdir()} == {"signing.pem", "signing.pub.pem"}


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o660, 0o602])
def test_a_key_that_others_could_read_or_change_is_refused(tmp_path: Path, mode: int):
    keep(tmp_path / "signing.pem", Ed25519PrivateKey.generate()).chmod(mode)

    with pytest.raises(InvalidInputError, match="chmod 600"):
        FileKey.open(tmp_path / "signing.pem")


def test_a_key_that_a_secret_store_lets_its_group_read_is_used(tmp_path: Path):
    keep(tmp_path / "signing.pem", Ed25519PrivateKey.generate()).chmod(0o440)

    FileKey.open(tmp_path / "signing.pem")


def test_a_key_under_a_password_is_refused(tmp_path: Path):
    keep(tmp_path / "signing.pem", Ed25519PrivateKey.generate(), BestAvailableEncryption(b"secret"))

    with pytest.raises(InvalidInputError, match="without a password"):
        FileKey.open(tmp_path / "signing.pem")


def test_a_key_of_another_kind_is_refused(tmp_path: Path):
    keep(tmp_path / "signing.pem", rsa.generate_private_key(65537, 2048))

    with pytest.raises(InvalidInputError, match="RSAPrivateKey; an ed25519 key is expected"):
        FileKey.open(tmp_path / "signing.pem")


@pytest.mark.parametrize(
    "content", [b"", b"\xff\x00", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_a_file_that_holds_no_key_is_refused_without_telling_what_is_in_it(tmp_path: Path, content: bytes):
    (tmp_path / "signing.pem").touch(mode=0o600)
    (tmp_path / "signing.pem").write_bytes(content)

    with pytest.raises(InvalidInputError, match="ed25519 key in PEM") as refused:
        FileKey.open(tmp_path / "signing.pem")

    assert "AAAA" not in refused.value.message


def test_a_place_where_no_key_can_be_made_is_not_available(tmp_path: Path):
    (tmp_path / "file").write_text("")

    with pytest.raises(UnavailableError, match=r"signing\.pem can be neither read nor made"):
        FileKey.open(tmp_path / "file" / "signing.pem")
