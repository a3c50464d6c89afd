"""A key that was revoked or given other roles is so in every process that answers, whoever was told."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from catalog_builders import TENANT
from fleet_member import Member, until
from key_builders import bearing, keep_key
from mcpskills.adapters import backends
from mcpskills.api_key import Peppers, WholeKey
from mcpskills.ports import Principals
from mcpskills.settings import Settings
from principal_builders import ADA
from server_crew import WORKERS, crew
from stand_ins.processes import free_port

KEYS_ONLY = {"MCPSKILLS_ANONYMOUS": ""}


@dataclass(frozen=True)
class Servers:
    """One server of several workers and one of its own, over one catalog."""

    urls: tuple[str, ...]
    principals: Principals
    peppers: Peppers
    members: tuple[Member, ...]

    def statuses(self, key: WholeKey) -> set[int]:
        """What all say to it; each request comes on a connection of its own, so that it meets any worker."""
        asked = [url for url in self.urls for _ in range(8 * WORKERS)]
        return {httpx2.get(f"{url}/info", headers=bearing(key), timeout=30).status_code for url in asked}

    def until_all_say(self, status: int, key: WholeKey) -> None:
        until(lambda: self.statuses(key) == {status}, lambda: "\n".join(member.told() for member in self.members))


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    with crew(tmp_path, **KEYS_ONLY) as workers:
        data, url = tmp_path / "data", f"http://127.0.0.1:{(port := free_port())}"
        alone = Member("mcpskills_server", data, {**KEYS_ONLY, "MCPSKILLS_PORT": str(port)}, url)
        settings = Settings(data=data)
        with alone.running(), backends.opened(settings) as parts, httpx2.Client(timeout=30) as http:
            members = workers.parent, alone
            for member in members:
                member.until_ready(http)
            yield Servers(
                tuple(member.url for member in members), parts.principals, backends.peppers(settings), members
            )


def test_a_key_that_was_revoked_is_refused_by_every_process(servers: Servers):
    revoked, other = (keep_key(servers.principals, servers.peppers) for _ in range(2))
    servers.until_all_say(200, revoked)

    servers.principals.revoke_key(TENANT, revoked.id, "lost", ADA)

    servers.until_all_say(401, revoked)
    assert servers.statuses(other) == {200}
