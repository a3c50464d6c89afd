"""What is special about the catalog in DynamoDB, beside what `tests/contract/` asks of every catalog."""

import secrets
from dataclasses import replace
from typing import Any

import pytest

from builders import NAME
from catalog_builders import GRACE, TENANT, Clock, a_hold, a_quarantine, a_version, lease_of, publish
from mcpskills.adapters.dynamodb import keys, tables
from mcpskills.adapters.dynamodb.catalog import DynamoDbCatalog
from mcpskills.adapters.dynamodb.keys import Key
from mcpskills.errors import InvalidInputError, NotFoundError, UnavailableError
from mcpskills.package import Manifest, ManifestFile
from mcpskills.ports import Changes, Publication
from mcpskills.version import HoldKind, Status
from stand_ins.aws_server import AwsServer
from stand_ins.catalogs import some_tables


@pytest.fixture
def client(ministack: AwsServer) -> Any:
    return ministack.aws.client("dynamodb")


@pytest.fixture
def prefix(ministack: AwsServer) -> str:
    return some_tables(ministack)


@pytest.fixture
def catalog(client: Any, prefix: str) -> DynamoDbCatalog:
    return DynamoDbCatalog(client, prefix, Clock())


def set_attribute(client: Any, prefix: str, key: Key, **attributes: int | str) -> None:
    """Write past the catalog, as a half visible transaction would look."""
    for name, value in attributes.items():
        client.update_item(
            TableName=prefix + tables.SKILLS,
            Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}},
            UpdateExpression="SET #name = :value",
            ExpressionAttributeNames={"#name": name},
            ExpressionAttributeValues={":value": {"N": str(value)} if isinstance(value, int) else {"S": value}},
        )


def test_a_change_is_told_only_when_all_of_it_can_be_read(catalog: DynamoDbCatalog, client: Any, prefix: str):
    publish(catalog, a_version(1))
    told = []

    for key, attributes in (
        (keys.head(TENANT), {"generation": 2}),
        (keys.change(TENANT, 2), {"generation": 2, "skill": NAME}),
        (keys.record(TENANT, NAME), {"generation": 2}),
    ):
        set_attribute(client, prefix, key, **attributes)
        told.append(catalog.changes_since(TENANT, 1))

    assert told == [Changes(1, frozenset()), Changes(1, frozenset()), Changes(2, frozenset({NAME}))]


def test_changes_before_one_that_cannot_be_read_yet_are_told(catalog: DynamoDbCatalog, client: Any, prefix: str):
    publish(catalog, a_version(name="apple-pie"))
    publish(catalog, a_version(name="pdf-forms"))

    set_attribute(client, prefix, keys.head(TENANT), generation=4)
    set_attribute(client, prefix, keys.change(TENANT, 4), generation=4, skill="apple-pie")

    assert catalog.changes_since(TENANT, 0) == Changes(2, frozenset({"apple-pie", "pdf-forms"}))


def test_a_reader_that_is_far_behind_is_told_by_the_records(catalog: DynamoDbCatalog, client: Any, prefix: str):
    publish(catalog, a_version(name="apple-pie"))
    publish(catalog, a_version(name="pdf-forms"))
    publish(catalog, a_version(name="zebra-crossing"))
    newest = 6_000
    set_attribute(client, prefix, keys.head(TENANT), generation=newest)
    set_attribute(client, prefix, keys.record(TENANT, "pdf-forms"), generation=newest)
    for generation in range(newest - 99, newest + 1):
        set_attribute(client, prefix, keys.change(TENANT, generation), generation=generation, skill="pdf-forms")

    assert catalog.changes_since(TENANT, 1) == Changes(newest, frozenset({"pdf-forms", "zebra-crossing"}))


def test_a_version_of_many_files_is_kept(catalog: DynamoDbCatalog):
    files = [ManifestFile(f"assets/part-{n:05}.txt", f"sha256:{n:064x}", n, executable=False) for n in range(4_000)]
    large = replace(a_version(), manifest=Manifest(tuple(files)))

    publish(catalog, large)

    assert catalog.version(TENANT, NAME, 1) == large


def test_a_version_that_is_too_large_to_keep_is_refused_and_changes_nothing(catalog: DynamoDbCatalog):
    noise = {"name": NAME, "metadata": {"noise": secrets.token_hex(500_000)}}

    with pytest.raises(InvalidInputError, match="keeps at most 409,600"):
        publish(catalog, replace(a_version(), frontmatter=noise))

    assert catalog.generation(TENANT) == 0
    assert list(catalog.versions(TENANT, NAME)) == []


def test_lists_of_more_than_a_page_are_whole(catalog: DynamoDbCatalog):
    troubles = [a_quarantine(f"skills/s{n:02}/{NAME}", reason=f"{n}: {secrets.token_hex(100_000)}") for n in range(15)]
    for trouble in troubles:
        catalog.quarantine(lease_of(catalog), trouble)

    assert list(catalog.quarantined(TENANT)) == troubles
    assert list(catalog.quarantined(TENANT, NAME)) == troubles


def test_names_and_paths_of_any_length_can_be_asked_for(catalog: DynamoDbCatalog):
    publish(catalog, a_version())
    long = "skills/" + "ä" * 3_000
    catalog.quarantine(lease_of(catalog), a_quarantine(long))
    catalog.quarantine(lease_of(catalog), a_quarantine(long + "b"))

    for name in ("", "x" * 5_000, f"{NAME}#1"):
        with pytest.raises(NotFoundError):
            catalog.skill(TENANT, name)
        with pytest.raises(NotFoundError):
            catalog.version(TENANT, name, 1)
    assert [trouble.path for trouble in catalog.quarantined(TENANT)] == [long, long + "b"]
    assert [trouble.path for trouble in catalog.quarantined(TENANT, long[7:])] == [long]


def test_no_name_of_a_tenant_reaches_into_another_one(catalog: DynamoDbCatalog):
    lease = catalog.acquire_lease("acme#west", "one", 30)
    catalog.publish(lease, Publication(a_version(name="pdf-forms"), None))

    assert catalog.versions("acme", "west#pdf-forms") == []
    assert list(catalog.skills("acme")) == []
    assert [record.name for record in catalog.skills("acme#west")] == ["pdf-forms"]


def test_people_find_skills_by_status(catalog: DynamoDbCatalog, client: Any, prefix: str):
    publish(catalog, a_version(name="apple-pie"))
    publish(catalog, a_version(name="pdf-forms"))
    catalog.hold(TENANT, "pdf-forms", a_hold(None, kind=HoldKind.OFFLINE), GRACE)
    catalog.quarantine(lease_of(catalog), a_quarantine("skills/bad"))
    publish(catalog, a_version(name="zebra-crossing"))
    catalog.tombstone(lease_of(catalog), "zebra-crossing", "f" * 40)

    found = {
        status: [
            item["sk"]["S"]
            for item in client.query(
                TableName=prefix + tables.SKILLS,
                IndexName=tables.STATUS,
                KeyConditionExpression="status_of = :status",
                ExpressionAttributeValues={":status": {"S": keys.status(TENANT, status)}},
            )["Items"]
        ]
        for status in ("ACTIVE", "INACTIVE", "ERROR")
    }

    assert found == {"ACTIVE": ["=apple-pie"], "INACTIVE": ["=pdf-forms"], "ERROR": ["=skills/bad"]}


def test_tables_that_are_there_are_left_as_they_are(catalog: DynamoDbCatalog, client: Any, prefix: str):
    publish(catalog, a_version())

    tables.make_tables(client, prefix)

    assert catalog.generation(TENANT) == 1
    expiry = client.describe_time_to_live(TableName=prefix + tables.INVOCATIONS)["TimeToLiveDescription"]
    assert (expiry["TimeToLiveStatus"], expiry["AttributeName"]) == ("ENABLED", "expires_at")


def test_a_catalog_without_its_tables_is_unavailable(client: Any):
    missing = DynamoDbCatalog(client, "not-made-")

    with pytest.raises(UnavailableError, match="ResourceNotFoundException"):
        missing.generation(TENANT)
    with pytest.raises(UnavailableError, match="ResourceNotFoundException"):
        lease_of(missing)


def test_a_skill_whose_status_changes_while_the_index_is_read_is_listed_once(client: Any, prefix: str):
    catalog = DynamoDbCatalog(client, prefix, Clock())
    publish(catalog, a_version(1))
    catalog.hold(TENANT, NAME, a_hold(None, kind=HoldKind.OFFLINE, instead_of=1), GRACE)

    def indexed_anew(params: dict[str, Any], **_: Any) -> None:
        if params["ExpressionAttributeValues"].get(":status") == {"S": keys.status(TENANT, Status.DRAFT)}:
            set_attribute(client, prefix, keys.record(TENANT, NAME), status_of=keys.status(TENANT, Status.DRAFT))

    client.meta.events.register("provide-client-params.dynamodb.Query", indexed_anew)

    assert [record.name for record in catalog.skills(TENANT, Status.INACTIVE)] == [NAME]
