"""What is no delivery of this repository's webhook: refused with its reason, and nothing is queued."""

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from mcpskills.adapters.sqlite.deliveries import SqliteDeliveries
from mcpskills_publisher.webhook.body import LARGEST
from webhook_scene import OWNER, REPOSITORY, Site, a_form, a_push, headers, receiver, signature, site


@pytest.fixture(autouse=True)
def nothing_is_queued(queue: SqliteDeliveries) -> Iterator[None]:
    yield
    assert queue.take("worker", 0) is None


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        signature(a_push(), "a secret of somebody else"),
        signature(a_push(), scheme="sha1"),
        signature(a_push()).removeprefix("sha256="),
        signature(a_push())[:-1],
        signature(a_push()) + "0",
        signature(a_push()).upper(),
        "sha256=" + "é" * 64,
    ],
    ids=["missing", "empty", "forged", "SHA-1", "no scheme", "cut", "longer", "capitals", "no hexadecimal"],
)
def test_a_signature_that_does_not_sign_the_body_is_401(github: Site, given):
    raw = None if given is None else given.encode()

    answer = github.send(a_push(), {**headers(a_push(), X_Hub_Signature_256=None), **_raw(raw)})

    assert (answer.status_code, answer.json()["outcome"]) == (401, "refused")


def _raw(value: bytes | None) -> dict[str, bytes]:
    return {} if value is None else {"X-Hub-Signature-256": value}


def test_the_older_signature_of_github_does_not_count(github: Site):
    body = a_push()
    sha1 = {"X-Hub-Signature": signature(body, scheme="sha1")}

    answer = github.send(body, {**headers(body, X_Hub_Signature_256=None), **sha1})

    assert answer.status_code == 401


def test_a_body_that_was_cut_or_changed_on_its_way_is_401(github: Site):
    body = a_push()

    assert github.send(body[:-1], headers(body)).status_code == 401
    assert github.send(body.replace(b"main", b"evil"), headers(body)).status_code == 401


def test_a_body_that_breaks_off_is_never_a_delivery(github: Site):
    address, body = urlsplit(github.url), a_push()
    lines = [f"{name}: {value}" for name, value in headers(body).items()]

    with socket.create_connection((address.hostname, address.port)) as connection:
        head = ["POST /webhooks/github HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}", *lines, "", ""]
        connection.sendall("\r\n".join(head).encode() + body[:-1])

    assert github.send(b"", headers(b"", "ping")).status_code == 400


def test_a_sender_that_keeps_the_body_back_is_408(queue: SqliteDeliveries):
    with site(receiver(queue, patience=0.1)) as github:
        address, body = urlsplit(github.url), a_push()
        with socket.create_connection((address.hostname, address.port)) as connection:
            head = "POST /webhooks/github HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:-1])

            assert connection.recv(100).startswith(b"HTTP/1.1 408 ")


def test_a_body_above_the_cap_is_413_though_it_is_signed(github: Site):
    body = a_push(padding="x" * LARGEST)

    answer = github.deliver(body)

    assert (answer.status_code, str(LARGEST) in answer.json()["detail"]) == (413, True)


def test_a_body_above_the_cap_that_does_not_tell_its_length_is_413(github: Site):
    body = a_push(padding="x" * LARGEST)
    parts = (body[start : start + 10_000] for start in range(0, len(body), 10_000))

    answer = github.send(parts, headers(body))

    assert (answer.status_code, answer.request.headers["Transfer-Encoding"]) == (413, "chunked")


def test_a_body_that_is_announced_above_the_cap_is_refused_before_it_arrives(github: Site):
    address = urlsplit(github.url)
    with socket.create_connection((address.hostname, address.port)) as connection:
        head = "POST /webhooks/github HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        connection.sendall(f"{head}Content-Length: {LARGEST + 1}\r\n\r\n".encode())

        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "kind", [None, "", "text/plain", "text/json", "multipart/form-data; boundary=x", "application/xml"]
)
def test_another_content_type_is_415(github: Site, kind):
    assert github.deliver(a_push(), Content_Type=kind).status_code == 415


@pytest.mark.parametrize(
    ("repository", "owner"), [(REPOSITORY + 1, OWNER), (REPOSITORY, OWNER + 1)], ids=["another", "transferred"]
)
def test_a_repository_with_another_id_or_owner_is_403_with_an_alarm(github: Site, repository, owner):
    with capture_logs() as logged:
        answer = github.deliver(a_push(repository=repository, owner=owner))

    assert answer.status_code == 403
    assert f"Expected the repository {REPOSITORY} of owner {OWNER}" in answer.json()["detail"]
    assert [(line["log_level"], line["status"]) for line in logged] == [("error", 403)]


def test_the_ping_of_another_repository_is_403(github: Site):
    assert github.deliver(a_push(owner=OWNER + 1), "ping").status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff",
        b"[" * 100_000,
        b'{"ref": "refs/heads/main"}',
        json.dumps({"ref": 7, "repository": {"id": REPOSITORY, "owner": {"id": OWNER}}}).encode(),
        json.dumps({"ref": "refs/heads/main", "repository": {"id": str(REPOSITORY), "owner": {"id": OWNER}}}).encode(),
    ],
    ids=["empty", "null", "list", "cut", "bytes", "deep", "nobody", "number", "text"],
)
def test_a_signed_body_that_is_no_event_is_400(github: Site, body):
    assert github.deliver(body).status_code == 400


@pytest.mark.parametrize("body", [b"", b"payload", b"other=1", a_form(a_push()) + b"&payload=2", b"\xff=\xff"])
def test_a_signed_form_without_its_one_payload_is_400(github: Site, body):
    assert github.deliver(body, Content_Type="application/x-www-form-urlencoded").status_code == 400


@pytest.mark.parametrize("identifier", [None, "", "a b", "x" * 65, "../../etc"])
def test_a_delivery_without_a_proper_id_is_400(github: Site, identifier):
    assert github.deliver(a_push(), X_GitHub_Delivery=identifier).status_code == 400


def test_other_methods_are_405(github: Site):
    assert github.get("/webhooks/github").status_code == 405


def test_a_source_that_asks_too_often_is_429_and_told_when_to_come_back(queue: SqliteDeliveries):
    with site(receiver(queue, per_minute=2)) as github:
        answers = [github.deliver(b"forged", X_Hub_Signature_256="sha256=0") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert answers[2].headers["Retry-After"] == "30"
