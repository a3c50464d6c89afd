"""The product as its users start it: one `mcpskills serve` for all tests of a worker that only read."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from builders import write_skill
from servers import running

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + bytes(range(256))


@dataclass(frozen=True)
class SkillsServer:
    """A live server of ours and the plain folder that it serves."""

    url: str
    folder: Path


@pytest.fixture(scope="session")
def skills_server(tmp_path_factory):
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
    with running("serve", str(folder), "--port", "0", until="Ctrl-C", cwd=folder.parent) as server:
        yield SkillsServer(server.url, folder)
