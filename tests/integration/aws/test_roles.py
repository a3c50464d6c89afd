"""The policies of infra/policies let publisher and server do their work, and nothing beyond it."""

import fnmatch
import json
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from builders import NAME, skill_folder
from catalog_builders import (
    GRACE,
    NOON,
    TENANT,
    Clock,
    a_hold,
    a_package,
    a_quarantine,
    a_standing,
    a_version,
    lease_of,
    publish,
)
from journal_builders import an_invocation
from kms_keys import make_key
from mcpskills.adapters import backends
from mcpskills.adapters.aws.objects import BY_S3, S3ObjectStore
from mcpskills.adapters.aws.packages import S3PackageStore
from mcpskills.adapters.aws.secrets import SecretsManagerSecrets
from mcpskills.adapters.dynamodb import tables
from mcpskills.adapters.dynamodb.catalog import DynamoDbCatalog
from mcpskills.adapters.dynamodb.journal import DynamoDbJournal
from mcpskills.adapters.dynamodb.principals import DynamoDbPrincipals
from mcpskills.adapters.dynamodb.statistics import DynamoDbStatistics
from mcpskills.adapters.signing.kms import KmsKey
from mcpskills.adapters.signing.verifying import TrustedKeys
from mcpskills.audit import Actor, Head, fault
from mcpskills.errors import NotFoundError, UnavailableError
from mcpskills.journal import ALL, InvocationFilter
from mcpskills.ports import Publication
from mcpskills.secret import NewValue, Secret
from mcpskills.settings import Settings, Storage
from mcpskills.statistics.sheet import HOUR, Kind
from mcpskills.version import Status
from mcpskills_publisher.archiving import SETTLED, Archive
from mcpskills_publisher.checkpointing import LONGEST
from mcpskills_server.catalog_source import CatalogSource
from principal_builders import ADA, ISSUER, a_key, a_user
from publisher_scene import Scene, scene
from stand_ins.aws_server import AwsServer
from stand_ins.buckets import a_bucket
from stand_ins.catalogs import some_tables
from stand_ins.roles import POLICIES, Role, allowed, policy
from statistics_builders import a_sheet


@dataclass(frozen=True)
class Cloud:
    """What was made for publisher and server, and who they are in it."""

    server_role: Role
    publisher_role: Role
    bucket: str
    prefix: str
    signing_key: str

    def catalog(self, role: Role) -> DynamoDbCatalog:
        return DynamoDbCatalog(role.client("dynamodb"), self.prefix)

    def principals(self, role: Role) -> DynamoDbPrincipals:
        return DynamoDbPrincipals(role.client("dynamodb"), self.prefix)

    def statistics(self, role: Role) -> DynamoDbStatistics:
        return DynamoDbStatistics(role.client("dynamodb"), self.prefix, Clock())

    @property
    def roles(self) -> tuple[Role, Role]:
        return self.server_role, self.publisher_role

    def archive(self, role: Role) -> S3ObjectStore:
        return S3ObjectStore(role.client("s3"), self.bucket, "journal", BY_S3, called="The archive")

    def store(self, role: Role) -> S3PackageStore:
        return S3PackageStore(role.client("s3"), self.bucket)


@pytest.fixture
def cloud(guarded_ministack: AwsServer) -> Cloud:
    aws = guarded_ministack.aws
    bucket, prefix = a_bucket(aws.client("s3")), some_tables(guarded_ministack)
    signing_key = make_key(aws.client("kms"), "ECC_NIST_EDWARDS25519")
    places = {"bucket": bucket, "tables": prefix, "signing_key": signing_key}
    server, publisher = (
        allowed(guarded_ministack, policy(role, guarded_ministack, **places)) for role in ("server", "publisher")
    )
    return Cloud(server, publisher, bucket, prefix, signing_key)


@pytest.fixture
def key(cloud: Cloud) -> KmsKey:
    return KmsKey.open(cloud.publisher_role.client("kms"), cloud.signing_key)


@pytest.fixture
def publisher(cloud: Cloud, tmp_path: Path) -> Iterator[Scene]:
    """A publisher that is on AWS who its policy says."""
    with scene(tmp_path) as local:
        yield replace(local, catalog=cloud.catalog(cloud.publisher_role), store=cloud.store(cloud.publisher_role))


async def served(cloud: Cloud, scene: Scene, key: KmsKey) -> dict[str, int]:
    """What a server serves that is who its policy says: the versions by name, their packages read and verified."""
    catalog, store = cloud.catalog(cloud.server_role), cloud.store(cloud.server_role)
    verify = TrustedKeys.read((key.public_pem,)).verify
    snapshot = await CatalogSource(catalog, store, scene.signals, TENANT, verify).refresh(None)
    return {name: entry.version.number for name, entry in snapshot.skills.items()}


def refused(call: Callable[[], object]) -> None:
    with pytest.raises((UnavailableError, ClientError), match="AccessDenied"):
        call()


@pytest.mark.anyio
async def test_what_the_publisher_publishes_is_read_by_the_server(cloud: Cloud, publisher: Scene, key: KmsKey):
    publisher.work.publish(skill_folder(), skill_folder("apple-pie"))
    publisher.reconcile(signer=key)
    first = await served(cloud, publisher, key)

    for body in ("Better.\n", "Best.\n", "Best of all.\n"):
        publisher.work.publish(skill_folder(body=body))
        publisher.work.delete("skills/apple-pie")
        publisher.clock.pass_by(LONGEST.total_seconds())
        publisher.reconcile(signer=key)

    assert first == {"apple-pie": 1, NAME: 1}
    assert await served(cloud, publisher, key) == {NAME: 4}
    assert publisher.catalog.checkpoint(TENANT).generation == publisher.catalog.generation(TENANT)


def test_the_publisher_does_all_else_that_publishing_takes(cloud: Cloud, guarded_ministack: AwsServer):
    catalog, store = cloud.catalog(cloud.publisher_role), cloud.store(cloud.publisher_role)
    built = a_package()
    publish(catalog, a_version(1))
    lease = lease_of(catalog)
    catalog.quarantine(lease, a_quarantine("skills/bad"))
    catalog.release(lease, "skills/bad")
    catalog.keep_place(lease, NAME, "skills/office/pdf-forms", "d" * 40)
    catalog.freeze(lease, "It was rewritten.")
    catalog.freeze(lease, None)
    catalog.mark_commit(lease, "c" * 40)
    catalog.tombstone(lease, NAME, "c" * 40)
    catalog.release_lease(lease)

    store.put(built.digest, built.archive)
    store.remove(built.digest)

    with pytest.raises(NotFoundError):
        store.get(built.digest)
    assert catalog.skill(TENANT, NAME).deleted
    with as_role(cloud.publisher_role):
        backends.check(settings(cloud, guarded_ministack))


def test_the_server_does_what_its_admin_api_offers(cloud: Cloud):
    publishing, catalog = cloud.catalog(cloud.publisher_role), cloud.catalog(cloud.server_role)
    principals = cloud.principals(cloud.server_role)
    publish(publishing, a_version(1), a_version(2))
    publishing.freeze(lease_of(publishing), "It was rewritten.")

    catalog.hold(TENANT, NAME, a_hold(1), GRACE)
    catalog.lift(TENANT, NAME, Actor("ada"))
    catalog.stand(TENANT, NAME, 2, a_standing(), by=GRACE)
    catalog.accept_history(TENANT, "b" * 40, reason="On purpose.", by=Actor("ada"))
    principals.used(principals.add_key(a_key(), ADA))
    principals.rotate_key(a_key("k2", replaces="k1"), datetime.now(UTC) + timedelta(hours=1), ADA)
    principals.put_user(a_user(), ADA)
    principals.remove_user(TENANT, ISSUER, "u1", ADA)

    assert [record.live for record in catalog.skills(TENANT, Status.ACTIVE)] == [1]
    assert len(principals.keys(TENANT)) == 2
    assert fault(TENANT, Head(), catalog.audit_after(TENANT, 0, 100)) is None
    assert len(catalog.audit(TENANT, 100)) == 11
    assert len(catalog.releases(TENANT, 1, 100)) == catalog.generation(TENANT)


def test_the_server_counts_calls_and_the_publisher_hears_nothing_of_it(cloud: Cloud):
    hour, mine = a_sheet(), a_sheet(kind=Kind.WRITING)
    statistics = cloud.statistics(cloud.server_role)

    statistics.put(TENANT, [hour, mine])
    statistics.remove(TENANT, [mine])

    assert statistics.read(TENANT, Kind.HOUR, ["00"], since=NOON, until=NOON + HOUR) == [hour]
    refused(lambda: cloud.statistics(cloud.publisher_role).put(TENANT, [mine]))


def test_the_server_can_neither_write_packages_nor_publish(cloud: Cloud):
    publishing, catalog = cloud.catalog(cloud.publisher_role), cloud.catalog(cloud.server_role)
    store, lease, built = cloud.store(cloud.server_role), lease_of(publishing), a_package()
    record = publish(publishing, a_version(1))

    refused(lambda: store.put(built.digest, built.archive))
    refused(lambda: store.remove(built.digest))
    refused(lambda: catalog.publish(lease, Publication(a_version(2), record)))
    refused(lambda: catalog.tombstone(lease, NAME, "c" * 40))
    refused(lambda: catalog.quarantine(lease, a_quarantine()))
    refused(lambda: catalog.freeze(lease, "Because."))

    assert publishing.skill(TENANT, NAME) == record
    assert [version.number for version in publishing.versions(TENANT, NAME)] == [1]


def test_the_server_sets_and_grants_secrets_and_reads_no_value(cloud: Cloud):
    client = cloud.server_role.client("secretsmanager")
    secrets = SecretsManagerSecrets(client, "mcpskills/", f"t-{uuid.uuid4().hex}")

    secrets.put("API_KEY", NewValue("one", "ada", NOON))
    secrets.grant("API_KEY", frozenset({NAME}))
    known = list(secrets.known())
    with pytest.raises(UnavailableError, match="GetSecretValue"):
        secrets.value("API_KEY", NAME)
    with pytest.raises(UnavailableError, match="DescribeSecret"):
        SecretsManagerSecrets(client, "others/", TENANT).put("API_KEY", NewValue("one", "ada", NOON))
    secrets.remove("API_KEY")

    assert known == [Secret("API_KEY", 1, NOON, "ada", frozenset({NAME}))]


def test_the_server_writes_and_reads_the_journal_and_the_publisher_only_reads_it(cloud: Cloud):
    journal = DynamoDbJournal(cloud.server_role.client("dynamodb"), cloud.prefix)
    invocation = an_invocation(datetime.now(UTC), skill=NAME)

    journal.append([invocation])

    assert journal.one(TENANT, invocation.id) == invocation
    for which in (ALL, InvocationFilter(skill=NAME)):
        assert journal.page(TENANT, which, limit=10).invocations == (invocation,)
    foreign = DynamoDbJournal(cloud.publisher_role.client("dynamodb"), cloud.prefix)
    assert foreign.page(TENANT, limit=10).invocations == (invocation,)
    refused(lambda: foreign.append([invocation]))
    refused(lambda: foreign.page(TENANT, InvocationFilter(skill=NAME), limit=10))


def test_the_publisher_archives_the_journal_and_the_server_sees_nothing_of_that(cloud: Cloud):
    made, other, clock = cloud.archive(cloud.publisher_role), cloud.archive(cloud.server_role), Clock(datetime.now(UTC))
    written, read = (DynamoDbJournal(role.client("dynamodb"), cloud.prefix, clock) for role in cloud.roles)
    written.append([an_invocation(clock.at)])
    clock.pass_by(86_400 + SETTLED.total_seconds())
    made.put("2001/01/01/part-00000.jsonl.gz", b"")

    archive = Archive(read, made, TENANT, clock)
    # It looks at days for a moment each time.
    while archive.go_on(lambda: lease_of(cloud.catalog(cloud.publisher_role))):
        pass

    names = list(made.names())
    assert len(names) == 2
    refused(lambda: other.get(names[1]))
    refused(lambda: other.put("2026/01/01/part-00000.jsonl.gz", b""))
    refused(lambda: other.remove(names[1]))


def test_nobody_changes_the_trail_and_the_publisher_sees_no_principals(cloud: Cloud):
    publish(cloud.catalog(cloud.publisher_role), a_version(1))
    entry = {"TableName": cloud.prefix + tables.AUDIT, "Key": {"tenant": {"S": TENANT}, "sequence": {"N": "1"}}}
    change = {"UpdateExpression": "SET actor = :nobody", "ExpressionAttributeValues": {":nobody": {"S": "nobody"}}}

    for role in (cloud.publisher_role, cloud.server_role):
        refused(lambda role=role: role.client("dynamodb").update_item(**entry, **change))
        refused(lambda role=role: role.client("dynamodb").delete_item(**entry))
        refused(lambda role=role: role.client("dynamodb").delete_table(TableName=entry["TableName"]))
    refused(lambda: cloud.principals(cloud.publisher_role).keys(TENANT))
    refused(lambda: cloud.principals(cloud.publisher_role).add_key(a_key(), ADA))


def test_a_wrong_secret_is_refused_in_one_sentence(cloud: Cloud):
    forged = replace(cloud.server_role, secret="not-the-secret")

    with pytest.raises(UnavailableError) as catalog:
        cloud.catalog(forged).generation(TENANT)
    with pytest.raises(UnavailableError) as store:
        cloud.store(forged).get(a_package().digest)

    assert re.match(r"The catalog cannot be used: \w*Signature\w*: ", catalog.value.message)
    assert re.match(r"The package store s3://\S+ cannot be used: SignatureDoesNotMatch: ", store.value.message)


def test_the_server_writes_only_at_keys_that_its_policy_names(cloud: Cloud):
    """The stand-in does not enforce `dynamodb:LeadingKeys`; AWS does."""
    publishing, deciding = cloud.publisher_role.client("dynamodb"), cloud.server_role.client("dynamodb")
    published, decided = written_by(publishing, cloud.prefix), written_by(deciding, cloud.prefix)
    catalog, admin = DynamoDbCatalog(publishing, cloud.prefix), DynamoDbCatalog(deciding, cloud.prefix)

    publish(catalog, a_version(1), a_version(2))
    catalog.quarantine(lease_of(catalog), a_quarantine())
    catalog.freeze(lease_of(catalog), "It was rewritten.")
    admin.hold(TENANT, NAME, a_hold(1), GRACE)
    admin.stand(TENANT, NAME, 2, a_standing(), by=GRACE)
    admin.accept_history(TENANT, "b" * 40, reason="On purpose.", by=Actor("ada"))

    assert [write for write in decided if not within(write)] == []
    assert {kind for kind, _ in decided} == {"Put", "Update"}
    beyond = {(kind, key.partition("#")[0]) for kind, key in published if not within((kind, key))}
    assert beyond == {("Put", "versions"), ("Put", "quarantine"), ("Put", "tenant"), ("Delete", "quarantine")}


def written_by(client: Any, prefix: str) -> list[tuple[str, str]]:
    """What the client writes from now on into the catalog, as kind and partition."""
    writes: list[tuple[str, str]] = []

    def transaction(params: dict[str, Any], **_: Any) -> None:
        for action in params["TransactItems"]:
            [(kind, request)] = action.items()
            if request["TableName"] == prefix + tables.SKILLS and kind != "ConditionCheck":
                writes.append((kind, (request.get("Key") or request["Item"])["pk"]["S"]))

    def put(params: dict[str, Any], **_: Any) -> None:
        writes.append(("Put", params["Item"]["pk"]["S"]))

    client.meta.events.register("provide-client-params.dynamodb.TransactWriteItems", transaction)
    client.meta.events.register("provide-client-params.dynamodb.PutItem", put)
    return writes


def within(write: tuple[str, str]) -> bool:
    """Whether the server's policy lets it write so at that key."""
    kind, key = write
    patterns = [
        pattern
        for statement in json.loads((POLICIES / "server.json").read_text())["Statement"]
        if statement["Action"] == f"dynamodb:{kind}Item"
        for pattern in statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    ]
    return any(fnmatch.fnmatchcase(key, pattern) for pattern in patterns)


@contextmanager
def as_role(role: Role) -> Iterator[None]:
    """What this process builds for itself has the role's key."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in role.environment.items():
            environment.setenv(name, value)
        yield


def settings(cloud: Cloud, server: AwsServer) -> Settings:
    return Settings(
        storage=Storage.AWS,
        s3_bucket=cloud.bucket,
        dynamodb_prefix=cloud.prefix,
        aws_region=server.region,
        aws_endpoint=server.url,
    )
