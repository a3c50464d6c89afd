"""Very many clients that only wait."""

import asyncio
import resource

import pytest

from idle_streams import AT_ONCE, SKILL, Stream, resident
from servers import running

STREAMS = 10_000
MOST_MB = 800
"""Twice of what they take."""


@pytest.fixture
def server(tmp_path):
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    path = tmp_path / "a-skill" / "SKILL.md"
    path.parent.mkdir()
    path.write_text(SKILL.format("Begin."))
    with running("serve", ".", "--port", "0", until="/mcp on|on http", cwd=tmp_path) as serving:
        yield serving, path


@pytest.mark.nightly
@pytest.mark.anyio
async def test_ten_thousand_idle_streams_are_held_in_bounded_memory_and_all_are_told_of_a_change(server):
    serving, path = server
    turns = asyncio.Semaphore(AT_ONCE)
    streams = [Stream(int(serving.base_url.rpartition(":")[2]), turns) for _ in range(STREAMS)]
    await asyncio.gather(*(stream.initialize() for stream in streams))
    await asyncio.gather(*(stream.open() for stream in streams))

    held = resident(serving.process.pid)
    told = asyncio.gather(*(stream.told() for stream in streams))
    path.write_text(SKILL.format("Go on."))

    assert len(await told) == STREAMS
    assert held < MOST_MB
    assert resident(serving.process.pid) < MOST_MB
    for stream in streams:
        stream.close()
