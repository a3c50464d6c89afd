"""Keys reach no log, no file and no answer, good ones as little as bad ones, whatever is asked with them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

import forking
from catalog_builders import TENANT
from fleet_member import until
from git_fixtures import bare
from key_builders import bearing, keep_key
from mcpskills.adapters import backends
from mcpskills.api_key import WholeKey
from mcpskills.settings import Settings
from stand_ins.processes import free_port

PEPPER = "a pepper that nobody may read anywhere"


@dataclass(frozen=True)
class Talkative:
    """A server that tells all it can; `told` is everything that it wrote, to console, logs and any other file."""

    http: httpx2.Client
    root: Path
    good: WholeKey
    bad: WholeKey

    @property
    def told(self) -> bytes:
        return b"".join(path.read_bytes() for path in self.root.rglob("*") if path.is_file())


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Talkative]:
    data, port = tmp_path / "data", free_port()
    bare(data / "registry.git")
    settings = Settings(data=data, key_pepper=PEPPER)
    with backends.opened(settings) as parts, (tmp_path / "console").open("wb") as console:
        good = keep_key(parts.principals, backends.peppers(settings))
        environment = {
            "PATH": os.environ["PATH"],
            "MCPSKILLS_DATA": str(data),
            "MCPSKILLS_PORT": str(port),
            "MCPSKILLS_KEY_PEPPER": PEPPER,
        }
        files = forking.Files(console.fileno(), console.fileno())
        process = forking.start("debugging_server:run", ["server"], files, env=environment, cwd=tmp_path)
        try:
            with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:
                until(lambda: answers(http), (tmp_path / "console").read_text)
                yield Talkative(http, tmp_path, good, WholeKey.make(TENANT))
        finally:
            process.kill()
            process.wait()


def answers(http: httpx2.Client) -> bool:
    try:
        return http.get("/ready").status_code == httpx2.codes.OK
    except httpx2.TransportError:
        return False


def secrets(key: WholeKey) -> tuple[bytes, ...]:
    """What is secret of a key: the random part; and its beginning, if somebody cut it."""
    secret = key.text.rpartition("_")[2].encode()
    return secret, secret[:16], secret[-16:]


def test_a_server_that_tells_all_it_can_tells_no_key(server: Talkative):
    wrong = server.good.text[:-1] + "é"
    said = [
        bearing(server.good),
        bearing(server.bad),
        bearing(wrong[:-1]),
        {"x-api-key": server.good.text},
        {"x-api-key": server.bad.text, **bearing(server.good)},
        {"authorization": f"Basic {server.good.text}"},
        {"authorization": server.good.text},
    ]
    answers = [
        server.http.request(method, path, headers=headers, content=body)
        for headers in said
        for method, path, body in (
            ("POST", "/mcp", b"{"),
            ("POST", "/mcp", b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}'),
            ("GET", "/mcp", b""),
            ("GET", "/admin/skills", b""),
            ("GET", "/admin/skills/no-such", b""),
            ("POST", "/admin/skills/no-such/rollback", b"{"),
            ("GET", "/info", b""),
            ("GET", "/metrics", b""),
            ("GET", "/nothing", b""),
        )
    ]

    told = server.told + b"".join(answer.content + repr(answer.headers).encode() for answer in answers)

    assert {200, 401, 400, 404} <= {answer.status_code for answer in answers}
    assert [secret for key in (server.good, server.bad) for secret in secrets(key) if secret in told] == []
    assert PEPPER.encode() not in told
    assert b"snapshot swapped" in told
