"""Publisher and server as processes that are on AWS who their policies say, with no other right."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from builders import NAME, skill_folder
from catalog_builders import TENANT
from fleet_member import Member, until
from fleet_scene import Fleet, fleet
from stand_ins.aws_server import AwsServer
from stand_ins.roles import Role, allowed, policy
from stand_ins.valkey import Valkey


@dataclass(frozen=True)
class Guarded:
    """A fleet of one publisher and one server, and the role of each."""

    fleet: Fleet
    publisher_role: Role
    server_role: Role

    @property
    def publisher(self) -> Member:
        return self.fleet.publishers[0]

    @property
    def server(self) -> Member:
        return self.fleet.servers[0]


@pytest.fixture
def guarded(tmp_path: Path, guarded_ministack: AwsServer, valkey: Valkey) -> Iterator[Guarded]:
    with fleet(tmp_path, guarded_ministack, valkey.url, publishers=1, servers=1) as made:
        settings = made.publishers[0].environment
        places = {"bucket": settings["MCPSKILLS_S3_BUCKET"], "tables": settings["MCPSKILLS_DYNAMODB_PREFIX"]}
        publisher, server = (
            allowed(guarded_ministack, policy(role, guarded_ministack, **places)) for role in ("publisher", "server")
        )
        yield Guarded(made, publisher, server)


def test_a_push_is_served_and_rolled_back(guarded: Guarded):
    ships, server = guarded.fleet, guarded.server
    guarded.publisher.start(**guarded.publisher_role.environment)
    server.start(**guarded.server_role.environment)

    ships.push(skill_folder())
    ships.settle()
    ships.push(skill_folder(body="Better.\n"))
    ships.settle()
    server.until_ready(ships.http)
    ships.change(server, f"{NAME}/rollback", version=1)
    ships.converge()
    inactive = ships.http.get(f"{server.url}/admin/skills", params={"status": "INACTIVE"}).json()

    assert ships.served_versions(NAME) == [1]
    assert [entry.action for entry in ships.trail()] == ["publish", "publish", "rollback"]
    assert (inactive["total"], ships.catalog.skill(TENANT, NAME).live) == (0, 1)
    assert "AccessDenied" not in guarded.publisher.told() + server.told()


def test_a_wrong_secret_is_told_in_one_sentence_and_ends_nothing(guarded: Guarded):
    ships, server, publisher = guarded.fleet, guarded.server, guarded.publisher

    server.start(**guarded.server_role.environment | {"AWS_SECRET_ACCESS_KEY": "not-the-secret"})
    publisher.start(**guarded.publisher_role.environment | {"AWS_SECRET_ACCESS_KEY": "not-the-secret"})
    until(lambda: server.answers(ships.http, "/health"), server.told)
    until(lambda: bool(ships.info(server)["error"]), server.told)
    until(lambda: "the storage cannot be checked, going on" in publisher.told(), publisher.told)

    assert "Signature" in ships.info(server)["error"]
    assert not server.answers(ships.http, "/ready")
    assert (publisher.runs, "Traceback" in publisher.told()) == (True, False)
    assert "not-the-secret" not in publisher.told() + server.told()
