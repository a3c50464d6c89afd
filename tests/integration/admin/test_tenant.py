"""The tenant as a whole: how it is set up, without anything that is a secret."""

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from admin_service import parts
from builders import skill_folder
from catalog_builders import TENANT, lease_of
from git_fixtures import bare
from mcpskills.access import Role
from mcpskills.allowance import PLANS
from mcpskills_server.admin.tenant import Tenant
from mcpskills_server.settings import ServerSettings
from registry import opened
from way_in import a_caller

pytestmark = pytest.mark.anyio


def test_the_tenant_is_shown_with_its_plans_and_how_far_publishing_has_come(service):
    service.publish(skill_folder())
    service.catalog.mark_commit(lease_of(service.catalog), service.work.head)

    told = service.http.get("/admin/tenant").json()

    assert (told["tenant"], told["commit"], told["generation"]) == (TENANT, service.work.head, 1)
    assert [plan["name"] for plan in told["plans"]] == list(PLANS)
    assert told["plan"] in PLANS
    assert (told["storage"], told["redis"], told["oidc"], told["branch"]) == ("embedded", False, False, "main")
    assert told["journal_bodies"] == "redacted"
    assert told["registry"] == str(service.root / "registry.git")


async def test_credentials_in_addresses_are_left_out(tmp_path: Path):
    bare(tmp_path / "registry.git")
    with opened(tmp_path) as registry:
        settings = ServerSettings(
            data=tmp_path,
            registry="https://ada:s3cret@git.example.org/skills.git",
            redis_url=SecretStr("redis://:s3cret@localhost"),
        )
        told = await Tenant(replace(parts(registry), settings=settings)).show_tenant()

    assert told.registry == "https://git.example.org/skills.git"
    assert "s3cret" not in told.model_dump_json()


@pytest.mark.parametrize(("role", "status"), [(Role.DEVELOPER, 403), (Role.PUBLISHER, 200), (Role.ADMIN, 200)])
def test_the_tenant_is_shown_to_who_looks_after_it(service, role, status):
    service.way_in.who = a_caller(role)

    assert service.http.get("/admin/tenant").status_code == status
