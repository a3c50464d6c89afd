"""Processes that start before their bucket and tables were made, or while AWS cannot be reached."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from builders import skill_folder
from fleet_member import PATIENCE, until
from fleet_scene import Fleet, fleet
from mcpskills.adapters import backends
from mcpskills.settings import Settings, Storage
from stand_ins.aws_server import AwsServer
from stand_ins.processes import free_port
from stand_ins.valkey import Valkey


@pytest.fixture
def small(tmp_path: Path, ministack: AwsServer, valkey: Valkey) -> Iterator[Fleet]:
    with fleet(tmp_path, ministack, valkey.url, publishers=1, servers=1) as made:
        yield made


@pytest.mark.parametrize(
    ("variable", "found", "told"),
    [
        ("MCPSKILLS_S3_BUCKET", "never-made", "error: There is no bucket never-made: make it (docs/aws.md"),
        (
            "MCPSKILLS_DYNAMODB_PREFIX",
            "never-made-",
            "error: There is no table never-made-skills: make it (docs/aws.md",
        ),
    ],
)
def test_a_publisher_whose_storage_was_never_made_ends_and_says_what_is_missing(
    small: Fleet, variable: str, found: str, told: str
):
    [publisher] = small.publishers

    publisher.start(**{variable: found})

    assert publisher.process.wait(PATIENCE) == 1
    assert told in publisher.told()
    assert "Traceback" not in publisher.told()


def test_a_publisher_goes_on_while_aws_cannot_be_reached(small: Fleet):
    [publisher] = small.publishers

    publisher.start(MCPSKILLS_AWS_ENDPOINT=f"http://127.0.0.1:{free_port()}")
    until(lambda: "the storage cannot be checked, going on" in publisher.told(), publisher.told)

    assert publisher.runs


def test_a_server_answers_before_there_is_storage_and_says_why_it_is_not_ready(small: Fleet):
    [server] = small.servers

    server.start(MCPSKILLS_DYNAMODB_PREFIX="not-yet-")
    until(lambda: server.answers(small.http, "/health"), server.told)
    until(lambda: bool(small.info(server)["error"]), server.told)

    assert not server.answers(small.http, "/ready")
    assert "ResourceNotFoundException" in small.info(server)["error"]


def test_what_is_made_for_development_is_enough_to_publish(small: Fleet, ministack: AwsServer):
    settings = Settings(
        storage=Storage.AWS,
        s3_bucket="made-for-development",
        dynamodb_prefix="made-",
        aws_region=ministack.region,
        aws_endpoint=ministack.url,
    )
    [publisher] = small.publishers
    small.push(skill_folder())

    backends.make(settings)
    backends.make(settings)
    backends.check(settings)
    publisher.start(MCPSKILLS_S3_BUCKET="made-for-development", MCPSKILLS_DYNAMODB_PREFIX="made-")
    with backends.opened(settings) as parts:
        until(lambda: parts.catalog.published("default").commit == small.work.head, publisher.told)
