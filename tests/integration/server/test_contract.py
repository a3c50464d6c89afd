"""The running server keeps to its own OpenAPI document, whoever asks: schemathesis asks it, with a key of every role."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import checks

from admin_service import serving
from builders import skill_folder
from fleet_member import until
from git_fixtures import BRANCH, bare, clone
from key_builders import bearing, keep_key
from mcpskills.access import ROLES, Role
from mcpskills.adapters import backends
from mcpskills.adapters.git.forge import LocalForge
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.adapters.in_process import InProcessReplicas
from mcpskills_server import app
from mcpskills_server.registry import ServedRegistry
from mcpskills_server.settings import ServerSettings
from registry import Registry, opened

# The server that is asked is in this process, and spreads its polling by chance while examples are made.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Do not use the `random` module:hypothesis.errors.HypothesisDeprecationWarning"
)

CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


@dataclass(frozen=True)
class Served:
    url: str
    registry: Registry
    keys: dict[Role, dict[str, str]] = field(default_factory=dict)
    """The header that says who calls, by role."""


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("served") / "data"
    origin = bare(root / "registry.git")
    work = clone(origin, root.parent / "work")
    work.publish(skill_folder())
    with opened(root) as registry, contextlib.ExitStack() as held:
        registry.publish_folder(skill_folder())
        said = ServerSettings(anonymous=None, data=root, poll_seconds=3600, plan="unlimited")
        peppers = backends.peppers(said)
        forge = LocalForge(GitRepository.open(str(origin), root / "mirrors"), BRANCH)
        on = ServedRegistry(
            catalog=registry.catalog,
            store=registry.store,
            signals=registry.signals,
            forge=lambda: forge,
            principals=registry.principals,
            peppers=peppers,
            replicas=InProcessReplicas(),
            statistics=registry.statistics,
            secrets=backends.secrets(said),
        )
        service = app.registry(said, on)
        url = held.enter_context(serving(service.application))
        until(
            lambda: httpx2.get(f"{url}/ready").status_code == httpx2.codes.OK, lambda: httpx2.get(f"{url}/ready").text
        )
        by_role = {role: bearing(keep_key(registry.principals, peppers, role)) for role in Role}
        yield Served(url, registry, by_role)
        service.close_streams()


def asked(served: Served, role: Role, examples: int) -> None:
    """Ask every operation, with requests that fit the document and such that do not."""
    headers = served.keys[role]
    document = httpx2.get(f"{served.url}/openapi.json", headers=headers).json()
    schema = schemathesis.openapi.from_dict(document)
    for operation in schema.get_all_operations():
        found = operation.ok()
        needed = (found.definition.raw.get("security") or [{}])[0].get("bearer", [])
        permitted = ROLES[role].issuperset(needed)
        ask_one(served, found, headers, examples=examples, permitted=permitted)


def ask_one(served: Served, operation, headers, *, examples: int, permitted: bool) -> None:
    @given(case=operation.as_strategy())
    @settings(
        max_examples=examples if permitted else 1,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case) -> None:
        response = case.call(base_url=served.url, headers=headers)
        if not permitted:
            assert response.status_code == 403, (operation.path, response.status_code)
        case.validate_response(response, checks=CHECKS)

    ask()


@pytest.mark.parametrize("role", Role)
def test_every_answer_to_a_role_is_one_that_the_document_has(served: Served, role: Role):
    asked(served, role, examples=6)


@pytest.mark.nightly
@pytest.mark.parametrize("role", Role)
def test_every_answer_to_a_role_is_one_that_the_document_has_at_length(served: Served, role: Role):
    asked(served, role, examples=300)
