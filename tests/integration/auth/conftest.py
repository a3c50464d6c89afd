"""An issuer with the SDK's own authorization server, and a server that knows nothing of it but its name."""

from collections.abc import Iterator

import pytest

from guarded_server import Guarded, guarded
from registry import Registry
from stand_ins.authorization_server import AuthorizationServer, authorization_server


@pytest.fixture
def issuer() -> Iterator[AuthorizationServer]:
    with authorization_server("skills:read", "skills:run") as started:
        started.groups = ["makers"]
        yield started


@pytest.fixture
def server(registry: Registry, issuer: AuthorizationServer) -> Iterator[Guarded]:
    """One that trusts the issuer, of which it knows nothing but its name."""
    registry.publish()
    with guarded(registry, issuer=issuer.issuer, roles={"makers": "developer"}) as made:
        yield made
