"""From a push to a replica with packages in S3 and the catalog in DynamoDB, on a good day and on a bad one."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from builders import NAME, skill_folder
from catalog_builders import GRACE, TENANT, a_hold
from mcpskills.adapters.aws.packages import S3PackageStore
from mcpskills.adapters.dynamodb.catalog import DynamoDbCatalog
from mcpskills.adapters.signing.file_key import FileKey
from mcpskills.adapters.signing.verifying import TrustedKeys
from mcpskills.snapshot import Snapshot
from mcpskills_server.catalog_source import CatalogSource
from publisher_scene import Scene, scene
from stand_ins.aws_server import AwsServer
from stand_ins.buckets import a_bucket
from stand_ins.catalogs import some_tables
from stand_ins.faults import SLOW_DOWN, THROTTLED, FaultyServer, answer_lost


@pytest.fixture
def on_aws(behind_faults: AwsServer, tmp_path: Path) -> Iterator[Scene]:
    """A publisher whose catalog and packages are on MiniStack, behind the faulty proxy."""
    aws = behind_faults.aws
    with scene(tmp_path) as local:
        store = S3PackageStore(aws.client("s3"), a_bucket(aws.client("s3")))
        catalog = DynamoDbCatalog(aws.client("dynamodb"), some_tables(behind_faults), local.clock)
        yield replace(local, catalog=catalog, store=store)


async def served(scene: Scene, key: FileKey, old: Snapshot | None = None) -> Snapshot:
    verify = TrustedKeys.read((key.public_pem,)).verify
    return await CatalogSource(scene.catalog, scene.store, scene.signals, TENANT, verify).refresh(old)


def versions(snapshot: Snapshot) -> dict[str, int]:
    return {name: entry.version.number for name, entry in snapshot.skills.items()}


@pytest.mark.anyio
async def test_what_is_pushed_rolled_back_and_deleted_is_served_so(on_aws: Scene):
    key = FileKey.open(on_aws.root / "signing.pem")
    on_aws.work.publish(skill_folder(), skill_folder("apple-pie"))
    on_aws.reconcile(signer=key)
    first = await served(on_aws, key)

    on_aws.work.publish(skill_folder(body="Better.\n"))
    on_aws.reconcile(signer=key)
    second = await served(on_aws, key, first)
    on_aws.catalog.hold(TENANT, NAME, a_hold(1), GRACE)
    on_aws.work.delete("skills/apple-pie")
    on_aws.work.push()
    on_aws.reconcile(signer=key)
    third = await served(on_aws, key, second)

    assert versions(first) == {"apple-pie": 1, NAME: 1}
    assert versions(second) == {"apple-pie": 1, NAME: 2}
    assert second.skills["apple-pie"] is first.skills["apple-pie"]
    assert versions(third) == versions(await served(on_aws, key)) == {NAME: 1}


@pytest.mark.anyio
async def test_throttling_busy_storage_and_lost_answers_lose_nothing(on_aws: Scene, faulty_ministack: FaultyServer):
    key = FileKey.open(on_aws.root / "signing.pem")
    on_aws.work.publish(*(skill_folder(f"skill-{n}") for n in range(4)))

    for fault, operation in (
        (THROTTLED, "TransactWriteItems"),
        (answer_lost, "TransactWriteItems"),
        (THROTTLED, "Query"),
        (SLOW_DOWN, "PUT"),
        (answer_lost, "PUT"),
        (SLOW_DOWN, "GET"),
    ):
        faulty_ministack.inject(fault, operation=operation)
    summary = on_aws.reconcile(signer=key)

    assert len(summary.done.published) == 4
    assert versions(await served(on_aws, key)) == {f"skill-{n}": 1 for n in range(4)}
    assert [entry.sequence for entry in on_aws.catalog.audit_after(TENANT, 0, 10)] == [1, 2, 3, 4]
