"""A corrupted object, a tampered manifest, a wrong key: refused with an alarm, and the version before is served on."""

import asyncio
import sqlite3
import zlib
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from structlog.testing import capture_logs

from builders import skill_folder
from catalog_builders import TENANT
from mcpskills.adapters.dynamodb import keys
from mcpskills.adapters.dynamodb.database import primary
from mcpskills.adapters.signing.file_key import FileKey
from mcpskills.adapters.signing.verifying import TrustedKeys
from mcpskills.errors import McpSkillsError
from mcpskills.package import hex_digits
from mcpskills.settings import SIGNING_KEY
from mcpskills_server.catalog_source import CatalogSource
from mcpskills_server.library import Library
from publisher_scene import Scene
from stand_ins.aws_server import AwsServer


def corrupt_the_object(registry: Scene, aws: AwsServer) -> None:
    digits = hex_digits(registry.catalog.version(TENANT, "pdf-forms", 2).digest)
    place = f"packages/{digits[:2]}/{digits}.zip"
    if registry.places:
        aws.aws.client("s3").put_object(Bucket=registry.places["s3_bucket"], Key=place, Body=b"damaged")
    else:
        (registry.data / place).write_bytes(b"damaged")


def tamper_with_the_manifest(registry: Scene, aws: AwsServer) -> None:
    """Somebody with access to the catalog names another digest for SKILL.md."""

    def tampered(manifest: str) -> str:
        digest = registry.catalog.version(TENANT, "pdf-forms", 2).manifest.get("SKILL.md").digest
        assert digest in manifest
        return manifest.replace(digest, "sha256:" + "0" * 64)

    if registry.places:
        _change_item(aws, registry.places["dynamodb_prefix"] + "skills", tampered)
    else:
        with closing(sqlite3.connect(registry.data / "catalog.sqlite")) as stranger, stranger:
            (text,) = stranger.execute("SELECT manifest FROM versions WHERE number = 2").fetchone()
            stranger.execute("UPDATE versions SET manifest = ? WHERE number = 2", (tampered(text),))


def _change_item(aws: AwsServer, table: str, tampered: Callable[[str], str]) -> None:
    client: Any = aws.aws.client("dynamodb")
    key = primary(keys.version(TENANT, "pdf-forms", 2))
    item = client.get_item(TableName=table, Key=key, ConsistentRead=True)["Item"]
    item["manifest"] = {"B": zlib.compress(tampered(zlib.decompress(item["manifest"]["B"]).decode()).encode())}
    client.put_item(TableName=table, Item=item)


def nothing(_registry: Scene, _aws: AwsServer) -> None:
    """What is wrong was there from the beginning."""


@pytest.mark.parametrize(
    ("damage", "key", "reason"),
    [
        (corrupt_the_object, SIGNING_KEY, "has the bytes of"),
        (tamper_with_the_manifest, SIGNING_KEY, "does not match its manifest"),
        (nothing, "another.pem", "trusted are only"),
    ],
    ids=["corrupted object", "tampered manifest", "wrong key"],
)
def test_it_is_refused_with_an_alarm_and_the_version_before_is_served(
    registry: Scene, ministack: AwsServer, damage: Callable[[Scene, AwsServer], None], key: str, reason: str
):
    verify = TrustedKeys.read((FileKey.open(registry.data / SIGNING_KEY).public_pem,)).verify
    source = CatalogSource(registry.catalog, registry.store, registry.signals, TENANT, verify)
    registry.work.publish(skill_folder(body="One.\n"), skill_folder("apple-pie"))
    registry.reconcile()
    before = asyncio.run(source.refresh(None))
    registry.work.publish(skill_folder(body="Two.\n"))
    registry.reconcile(signer=FileKey.open(registry.data / key))
    damage(registry, ministack)

    with capture_logs() as logged:
        after = asyncio.run(source.refresh(before))

    alarms = [(line["log_level"], line["skill"]) for line in logged]
    assert alarms == [("error", "pdf-forms")]
    assert reason in after.failed["pdf-forms"]
    assert {name: served.version.number for name, served in after.skills.items()} == {"apple-pie": 1, "pdf-forms": 1}
    assert after.skills["pdf-forms"].instructions.endswith(b"One.\n")

    async def pinned() -> bytes:
        library = Library(source, 0)
        return await library.read(after, await library.version(after, "pdf-forms", 2), "SKILL.md")

    with pytest.raises(McpSkillsError):
        asyncio.run(pinned())
