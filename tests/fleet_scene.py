"""A fleet: publishers and servers as processes, over one registry repository, one S3, one DynamoDB and one Redis.

A story reads: `with fleet(tmp_path, ministack, valkey.url) as ships`, `ships.push(skill_folder())`, `ships.settle()`.
"""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from catalog_builders import TENANT
from fleet_member import PATIENCE, Member, until
from git_fixtures import BRANCH, Clone, bare, clone
from mcpskills import audit, package
from mcpskills.adapters.dynamodb.catalog import DynamoDbCatalog
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.adapters.signing.file_key import public_path
from mcpskills.folder import SkillFolder
from mcpskills.ports import Catalog
from stand_ins.aws_server import AwsServer
from stand_ins.buckets import a_bucket
from stand_ins.catalogs import some_tables
from stand_ins.processes import free_ports

PUBLISHERS, SERVERS = 2, 3
Served = dict[str, tuple[str, dict[str, bytes]]]
"""Digest of the package and files by path, for every skill."""


@dataclass(frozen=True)
class Fleet:
    """`catalog` looks at what the processes share; everything else goes the way that a user's request goes."""

    root: Path
    origin: Path
    work: Clone
    publishers: tuple[Member, ...]
    servers: tuple[Member, ...]
    catalog: Catalog
    http: httpx2.Client

    @property
    def members(self) -> tuple[Member, ...]:
        return (*self.publishers, *self.servers)

    def start(self) -> None:
        """Start all at once, in no order; ends when every server serves a snapshot."""
        for member in self.members:
            member.start()
        for server in self.servers:
            server.until_ready(self.http)

    def another_server(self, name: str, **more: str) -> Member:
        """One more server, not started; its data directory has this name. The fleet does not wait for it."""
        [port] = free_ports(1)
        environment = {**self.servers[0].environment, "MCPSKILLS_PORT": str(port), **more}
        return Member("mcpskills_server", self.root / name, environment, f"http://127.0.0.1:{port}")

    def push(self, *folders: SkillFolder) -> str:
        """Push the folders; gives the commit."""
        return self.work.publish(*folders)

    def settle(self) -> int:
        """Wait until what was pushed last is dealt with and every running server serves it; gives the generation."""
        head = self.work.head
        until(lambda: self.catalog.published(TENANT).commit == head, lambda: self.told(*self.publishers))
        return self.converge()

    def converge(self, *more: Member) -> int:
        """Wait until every running server, and `more`, is at the catalog's generation; gives it."""
        generation = self.catalog.generation(TENANT)
        running = [server for server in (*self.servers, *more) if server.runs]
        until(
            lambda: all(self.generation(server) >= generation for server in running),
            lambda: f"generation {generation}\n{self.told(*running)}",
        )
        return generation

    def info(self, server: Member) -> dict[str, Any]:
        return dict(self.http.get(server.url + "/info").raise_for_status().json())

    def generation(self, server: Member) -> int:
        """What a server serves; -1 while it serves nothing."""
        try:
            served = self.info(server)["generation"]
        except httpx2.TransportError:
            return -1
        return -1 if served is None else int(served)

    def change(self, server: Member, path: str, **terms: Any) -> dict[str, Any]:
        """Have one server's admin API change something, such as `pdf-forms/rollback`."""
        answer = self.http.post(f"{server.url}/admin/skills/{path}", json={"reason": "It answers wrongly.", **terms})
        assert answer.status_code == httpx2.codes.OK, answer.text
        return dict(answer.json())

    def served_versions(self, name: str) -> list[int | None]:
        """Which version of a skill each server serves."""
        return [self.http.get(f"{server.url}/admin/skills/{name}").json()["served_version"] for server in self.servers]

    def in_git(self) -> Served:
        """What the tracked branch asks for."""
        repository = GitRepository.open(str(self.origin), self.root / "unused")
        with contextlib.closing(repository):
            head = repository.head(BRANCH)
            assert head is not None
            folders = [repository.folder(path, tree) for path, tree in repository.skill_folders(head).items()]
        return {
            folder.name: (
                package.build(folder).digest,
                {path: entry.content for path, entry in folder.entries.items()},
            )
            for folder in folders
        }

    def trail(self) -> list[audit.AuditEntry]:
        """The audit trail from its beginning, after its chain was checked."""
        entries = list(self.catalog.audit_after(TENANT, 0, 100_000))
        assert audit.fault(TENANT, audit.Head(), entries) is None
        assert self.catalog.audit_head(TENANT) == audit.Head(entries[-1].sequence, entries[-1].hash)
        return entries

    def told(self, *members: Member) -> str:
        return "\n".join(member.told() for member in members)


@contextlib.contextmanager
def fleet(
    root: Path,
    aws: AwsServer,
    redis_url: str,
    *,
    through: AwsServer | None = None,
    publishers: int = PUBLISHERS,
    servers: int = SERVERS,
    **more: str,
) -> Iterator[Fleet]:
    """A fleet that is not started yet. `through` is how its processes reach AWS; `more` goes into their environment."""
    origin = bare(root / "registry.git")
    prefix = some_tables(aws)
    key = root / "keys" / "signing.pem"
    shared = {
        **(through or aws).environment,
        "MCPSKILLS_REGISTRY": str(origin),
        "MCPSKILLS_STORAGE": "aws",
        "MCPSKILLS_S3_BUCKET": a_bucket(aws.aws.client("s3")),
        "MCPSKILLS_DYNAMODB_PREFIX": prefix,
        "MCPSKILLS_AWS_REGION": aws.region,
        "MCPSKILLS_AWS_ENDPOINT": (through or aws).url,
        "MCPSKILLS_REDIS_URL": redis_url,
        "MCPSKILLS_OPERATIONS_PORT": "0",
        "MCPSKILLS_SIGNING_KEY": str(key),
        "MCPSKILLS_TRUSTED_KEYS": json.dumps([str(public_path(key))]),
        **more,
    }
    with httpx2.Client(timeout=PATIENCE) as http:
        made = Fleet(
            root=root,
            origin=origin,
            work=clone(origin, root / "work"),
            publishers=tuple(
                Member("mcpskills_publisher", root / f"publisher-{number}", shared) for number in range(publishers)
            ),
            servers=tuple(_server(root, shared, number, port) for number, port in enumerate(free_ports(servers))),
            catalog=DynamoDbCatalog(aws.aws.client("dynamodb"), prefix),
            http=http,
        )
        try:
            yield made
        finally:
            for member in made.members:
                member.kill()


def _server(root: Path, shared: dict[str, str], number: int, port: int) -> Member:
    settings = {**shared, "MCPSKILLS_PORT": str(port)}
    return Member("mcpskills_server", root / f"server-{number}", settings, f"http://127.0.0.1:{port}")
