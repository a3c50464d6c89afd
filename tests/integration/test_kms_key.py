"""Signing with AWS KMS: keys that cannot be used, and a KMS that does not answer."""

import pytest
from botocore.exceptions import ClientError

from kms_keys import kms_client, make_key
from mcpskills.adapters.signing.kms import KmsKey
from mcpskills.errors import InvalidInputError, UnavailableError
from mcpskills.provenance import PAYLOAD_TYPE
from stand_ins.aws_server import AwsServer
from stand_ins.processes import free_port


def test_a_key_is_found_by_its_alias_and_kept_when_the_alias_moves_on(ministack: AwsServer):
    client = kms_client(ministack)
    first, second = make_key(client, "ECC_NIST_EDWARDS25519"), make_key(client, "ECC_NIST_EDWARDS25519")
    client.create_alias(AliasName="alias/signing", TargetKeyId=first)
    signer = KmsKey.open(client, "alias/signing")

    client.update_alias(AliasName="alias/signing", TargetKeyId=second)

    assert signer.key_id == KmsKey.open(client, first).key_id
    assert signer.key_id in signer.sign(b"{}", PAYLOAD_TYPE)
    assert KmsKey.open(client, "alias/signing").key_id == KmsKey.open(client, second).key_id


@pytest.mark.parametrize(
    ("spec", "usage"), [("RSA_2048", "SIGN_VERIFY"), ("ECC_NIST_P384", "SIGN_VERIFY"), ("RSA_2048", "ENCRYPT_DECRYPT")]
)
def test_a_key_of_another_kind_is_refused(ministack: AwsServer, spec: str, usage: str):
    client = kms_client(ministack)
    key = make_key(client, spec, usage)

    with pytest.raises(InvalidInputError, match=f"{key} is a {spec} for {usage}; one of"):
        KmsKey.open(client, key)


def test_a_key_that_is_not_there_is_not_available(ministack: AwsServer):
    with pytest.raises(UnavailableError, match="NotFoundException"):
        KmsKey.open(kms_client(ministack), "alias/nothing")


def test_a_key_that_is_disabled_later_is_not_available(ministack: AwsServer):
    client = kms_client(ministack)
    key = make_key(client, "ECC_NIST_EDWARDS25519")
    signer = KmsKey.open(client, key)
    client.disable_key(KeyId=key)

    with pytest.raises(UnavailableError, match="DisabledException") as refused:
        signer.sign(b"{}", PAYLOAD_TYPE)

    assert isinstance(refused.value.__cause__, ClientError)


def test_a_kms_that_does_not_answer_is_not_available():
    nobody = AwsServer(f"http://127.0.0.1:{free_port()}")

    with pytest.raises(UnavailableError, match="cannot be asked"):
        KmsKey.open(kms_client(nobody), "alias/signing")


def test_more_than_kms_takes_is_refused_before_it_is_asked(ministack: AwsServer):
    client = kms_client(ministack)
    signer = KmsKey.open(client, make_key(client, "ECC_NIST_EDWARDS25519"))

    with pytest.raises(InvalidInputError, match="at most 4096 bytes"):
        signer.sign(b"x" * 4_096, PAYLOAD_TYPE)
