"""A secret whose description somebody wrote over, in the console of AWS for example."""

import uuid

import pytest

from catalog_builders import NOON
from mcpskills.adapters.aws.secrets import SecretsManagerSecrets
from mcpskills.errors import CorruptedError
from mcpskills.secret import DamagedSecret, NewValue
from stand_ins.ministack import AwsServer


def test_it_is_given_to_nobody_and_can_be_removed_and_set_again(ministack: AwsServer):
    client, prefix = ministack.aws.client("secretsmanager"), f"{uuid.uuid4().hex}/"
    secrets = SecretsManagerSecrets(client, prefix, "acme")
    secrets.put("API_KEY", NewValue("one", "ada", NOON))
    secrets.grant("API_KEY", frozenset({"letters"}))
    client.update_secret(SecretId=f"{prefix}acme/API_KEY", Description="The key of the provider.")

    assert list(secrets.known()) == [DamagedSecret("API_KEY")]
    with pytest.raises(CorruptedError, match="API_KEY"):
        secrets.value("API_KEY", "letters")
    secrets.remove("API_KEY")

    assert secrets.put("API_KEY", NewValue("two", "ada", NOON)).version == 1
