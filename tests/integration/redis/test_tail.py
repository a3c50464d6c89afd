"""The tail over Redis: whatever is on its channel, listeners hear records or nothing, and hear again after an outage."""

import asyncio
import contextlib
import json
import uuid
from contextlib import closing

import pytest
import redis

from journal_builders import an_invocation
from mcpskills.adapters.redis.tail import LARGEST, RedisTail
from stand_ins.processes import free_port
from stand_ins.valkey import Valkey, valkey_server

ROW = {"id": "01a223e1-857e-731f-a773-86174bfdf60f", "method": "ping", "status": "SUCCESS", "duration": 0.1}
FULL = ROW | dict.fromkeys(
    ("principal", "session", "skill", "version", "parameters", "result", "error", "client_address", "user_agent")
)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b"5",
        b"[5]",
        json.dumps([ROW]).encode(),
        json.dumps([FULL | {"id": "1"}]).encode(),
        json.dumps([FULL | {"id": 5}]).encode(),
        json.dumps([FULL | {"version": "3"}]).encode(),
        json.dumps([FULL | {"skill": {}}]).encode(),
        json.dumps([FULL | {"status": "FINE"}]).encode(),
        b" " * (LARGEST + 1),
    ],
    ids=lambda message: repr(message[:40]),
)
def test_what_is_no_record_is_not_heard(valkey: Valkey, message: bytes):
    prefix, told = uuid.uuid4().hex, an_invocation()

    async def story() -> list:
        with (
            closing(RedisTail(valkey.url, "default", prefix=prefix)) as tail,
            closing(redis.Redis.from_url(valkey.url)) as anybody,
        ):
            async with tail.listen() as batches, asyncio.timeout(30):
                anybody.publish(f"{prefix}:{{default}}:invocations", message)
                tail.tell([told])
                return [one for one in [await anext(batches), await anext(batches)] if one]

    assert asyncio.run(story()) == [[told]]


def test_after_an_outage_a_listener_is_told_that_some_are_lost_and_hears_again():
    port = free_port()

    async def story() -> None:
        async with contextlib.AsyncExitStack() as held, asyncio.timeout(60):
            tail = held.enter_context(closing(RedisTail(f"redis://127.0.0.1:{port}/0", "default", patience=0.2)))
            with valkey_server(port):
                batches = await held.enter_async_context(tail.listen())
                tail.tell([an_invocation()])
                assert len(await anext(batches)) == 1
            with valkey_server(port):
                assert await anext(batches) == ()
                hearing = asyncio.ensure_future(anext(batches))
                while not hearing.done():
                    tail.tell([an_invocation()])
                    await asyncio.wait([hearing], timeout=0.2)
                assert len(await hearing) == 1
                await held.aclose()

    asyncio.run(story())
