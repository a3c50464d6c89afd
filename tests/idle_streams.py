"""Clients that hold GET streams open and wait, each on a raw socket with a session of its own: so many fit into one process."""

import asyncio
import json
import os
import time
from pathlib import Path

MB = 1024 * 1024
AT_ONCE = 50
"""Connections that are being opened at the same time."""

SKILL = "---\nname: a-skill\ndescription: Shows how a stream is told of a change.\n---\n# A skill\n\n{}\n"
INITIALIZE = json.dumps(
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "bench", "version": "1"},
        },
    }
)


class Stream:
    """A client with a session; once opened, it reads its stream."""

    def __init__(self, port: int, turns: asyncio.Semaphore) -> None:
        self._port = port
        self._turns = turns
        self._session = ""

    async def initialize(self) -> None:
        async with self._turns:
            head = (
                f"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(INITIALIZE)}\r\nConnection: close\r\n"
            )
            types = "Content-Type: application/json\r\nAccept: application/json\r\n\r\n"
            reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
            writer.write((head + types + INITIALIZE).encode())
            answer = (await reader.read()).decode()
            self._session = answer.partition("mcp-session-id: ")[2].partition("\r\n")[0]
            writer.close()
            assert self._session, answer

    async def open(self) -> None:
        async with self._turns:
            asked = f"Host: localhost\r\nAccept: text/event-stream\r\nMcp-Session-Id: {self._session}\r\n\r\n"
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
            self._writer.write(f"GET /mcp HTTP/1.1\r\n{asked}".encode())
            await self._reader.readuntil(b"retry: ")

    async def told(self) -> float:
        await self._reader.readuntil(b"prompts/list_changed")
        return time.perf_counter()

    def close(self) -> None:
        self._writer.close()


def resident(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MB
