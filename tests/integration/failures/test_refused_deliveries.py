"""Deliveries that are forged, unsigned, signed as of old, cut, too large, or of a repository that was transferred: refused."""

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from catalog_builders import TENANT
from mcpskills.adapters.redis.deliveries import RedisDeliveries
from mcpskills.adapters.sqlite.deliveries import SqliteDeliveries
from mcpskills.ports import Deliveries
from mcpskills_publisher.webhook.body import LARGEST
from webhook_scene import OWNER, REPOSITORY, Site, a_push, headers, receiver, signature, site

BODY = a_push()


QUEUES: dict[str, Callable[[Path, Any], AbstractContextManager[Deliveries]]] = {
    "one machine": lambda at, _: closing(SqliteDeliveries(at / "deliveries.sqlite", TENANT)),
    "cloud": lambda at, stand_in: closing(RedisDeliveries(stand_in("valkey").url, TENANT, prefix=str(at))),
}


@pytest.fixture(params=QUEUES.values(), ids=QUEUES.keys())
def queue(request, tmp_path: Path) -> Iterator[Deliveries]:
    with request.param(tmp_path, request.getfixturevalue) as opened:
        yield opened


@pytest.fixture
def github(queue: Deliveries) -> Iterator[Site]:
    """Whatever is sent there in these stories, nothing may be queued."""
    with site(receiver(queue)) as opened:
        yield opened
    assert queue.take("worker", 0) is None


@pytest.mark.parametrize(
    ("body", "changed", "status"),
    [
        (BODY, {"X_Hub_Signature_256": signature(BODY, "the secret of somebody else")}, 401),
        (BODY, {"X_Hub_Signature_256": None}, 401),
        (BODY, {"X_Hub_Signature_256": signature(BODY, scheme="sha1")}, 401),
        (BODY, {"X_Hub_Signature_256": None, "X_Hub_Signature": signature(BODY, scheme="sha1")}, 401),
        (BODY[:-1], {"X_Hub_Signature_256": signature(BODY)}, 401),
        (a_push(padding="x" * LARGEST), {}, 413),
        (a_push(repository=REPOSITORY + 1), {}, 403),
        (a_push(owner=OWNER + 1), {}, 403),
    ],
    ids=["forged", "missing", "SHA-1", "SHA-1 of old", "truncated", "oversize", "another repository", "transferred"],
)
def test_it_is_refused_and_nothing_is_queued(github: Site, body: bytes, changed: dict[str, Any], status: int):
    with capture_logs() as logged:
        answer = github.deliver(body, **changed)

    assert (answer.status_code, answer.json()["outcome"]) == (status, "refused")
    assert [line["status"] for line in logged if line["log_level"] in {"warning", "error"}] == [status]


def test_one_that_breaks_off_is_never_a_delivery(github: Site):
    address = urlsplit(github.url)
    lines = [f"{name}: {value}" for name, value in headers(BODY).items()]

    with socket.create_connection((address.hostname, address.port)) as connection:
        head = ["POST /webhooks/github HTTP/1.1", "Host: localhost", f"Content-Length: {len(BODY)}", *lines, "", ""]
        connection.sendall("\r\n".join(head).encode() + BODY[:-1])

    assert github.deliver(b"", "ping").status_code == 400


def test_a_transferred_repository_is_told_with_what_was_expected_and_an_alarm(github: Site):
    with capture_logs() as logged:
        answer = github.deliver(a_push(owner=OWNER + 1))

    assert f"Expected the repository {REPOSITORY} of owner {OWNER}" in answer.json()["detail"]
    assert [(line["log_level"], line["status"]) for line in logged] == [("error", 403)]
