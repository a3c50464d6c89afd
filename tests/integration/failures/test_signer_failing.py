"""The key that signs cannot be used: nothing new goes live, the old version stays, and nothing is lost."""

from dataclasses import replace

import pytest

from builders import skill_folder
from catalog_builders import TENANT
from kms_keys import kms_client, make_key
from mcpskills.adapters.signing.kms import KmsKey
from mcpskills.errors import UnavailableError
from publisher_scene import Scene
from stand_ins.aws_server import AwsServer
from stand_ins.faults import Fault, faulty, says, unreachable

DISABLED = says(
    400, b'{"__type": "DisabledException", "message": "The key is disabled."}', "application/x-amz-json-1.1"
)
MANY = 20


@pytest.mark.parametrize("fault", [unreachable, DISABLED], ids=["unreachable", "disabled"])
def test_while_the_key_cannot_be_used_the_old_version_stays_and_nothing_is_lost(
    registry: Scene, ministack: AwsServer, fault: Fault
):
    with faulty(ministack.url) as kms:
        client = kms_client(replace(ministack, url=kms.url))
        signer = KmsKey.open(client, make_key(client, "ECC_NIST_P256"))
        registry.work.publish(skill_folder(body="One.\n"), skill_folder("apple-pie"))
        registry.reconcile(signer=signer)
        commit = registry.work.publish(skill_folder(body="Two.\n"), skill_folder("new-skill"))

        kms.inject(fault, times=MANY, operation="Sign")
        with pytest.raises(UnavailableError):
            registry.reconcile(signer=signer)

        assert registry.live() == {"apple-pie": 1, "pdf-forms": 1}
        assert registry.catalog.published(TENANT).commit != commit
        assert registry.quarantined() == {}

    with faulty(ministack.url) as mended:
        client = kms_client(replace(ministack, url=mended.url))
        registry.reconcile(signer=KmsKey.open(client, make_key(client, "ECC_NIST_P256")))

    assert registry.live() == {"apple-pie": 1, "new-skill": 1, "pdf-forms": 2}
    assert registry.files("pdf-forms")["SKILL.md"].endswith(b"Two.\n")
