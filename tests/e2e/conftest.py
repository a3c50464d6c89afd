"""The product as its users start it: one `mcpskills serve` for all tests of a worker that only read, and ways to it."""

import contextlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from builders import write_skill
from servers import running
from stand_ins.nginx import nginx_server

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + bytes(range(256))


@dataclass(frozen=True)
class SkillsServer:
    """A live server of ours and the plain folder that it serves."""

    url: str
    folder: Path


@pytest.fixture(scope="session")
def skills_folder(tmp_path_factory):
    """Three skills with every kind of file and of frontmatter that clients could trip over."""
    folder = tmp_path_factory.mktemp("served") / "skills"
    write_skill(
        folder,
        "brand-guide",
        description="Applies the brand's colours and fonts. Use for anything that customers see.",
        extra='license: Apache-2.0\nmetadata:\n  version: "1.10"\n  tags: design, writing',
        files={
            "assets/logo.png": PNG,
            "references/colours with space.md": "# Farben\n\nGrün ist #0a0.\n",
            "scripts/check.py": "#!/usr/bin/env python3\nprint('ok')\n",
        },
    )
    write_skill(
        folder,
        "meeting-notes",
        description="Writes up meetings. Use after a meeting, or with a transcript of one.",
        body="Write up: $ARGUMENTS\r\n",
        extra="argument-hint: transcript\nallowed-tools: Read Bash(git add *)",
        files={"references/中文.md": "\ufeff会议纪要\r\n", "data.bin": b"\x00\xff\xfe"},
    )
    write_skill(folder, "pdf-forms", extra="when: 2026-01-02\nanswer: yes\nmode: 0755\ncount: 1_000\nfactor: 1e3")
    return folder


@pytest.fixture(scope="session")
def skills_server(skills_folder):
    with _serving(skills_folder) as server:
        yield server


@pytest.fixture(scope="session")
def server_without_sessions(skills_folder):
    with _serving(skills_folder, MCPSKILLS_SESSIONS="stateless") as server:
        yield server


@pytest.fixture(scope="session")
def skills_behind_nginx(skills_server, tmp_path_factory):
    with _behind_nginx(skills_server, tmp_path_factory) as server:
        yield server


@pytest.fixture(scope="session")
def no_sessions_behind_nginx(server_without_sessions, tmp_path_factory):
    with _behind_nginx(server_without_sessions, tmp_path_factory) as server:
        yield server


@pytest.fixture(params=["skills_server", "server_without_sessions", "skills_behind_nginx", "no_sessions_behind_nginx"])
def reached(request):
    """The same skills with and without sessions, directly and through a reverse proxy."""
    return request.getfixturevalue(request.param)


@contextlib.contextmanager
def _serving(folder, **env):
    with running("serve", str(folder), "--port", "0", until="Ctrl-C", cwd=folder.parent, env=env) as server:
        yield SkillsServer(server.url, folder)


@contextlib.contextmanager
def _behind_nginx(server, tmp_path_factory):
    with nginx_server(server.url.removesuffix("/mcp"), tmp_path_factory.mktemp("nginx")) as url:
        yield SkillsServer(f"{url}/mcp", server.folder)
