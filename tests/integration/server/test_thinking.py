"""What takes the processor long goes on beside the event loop, within bounds."""

import asyncio
import threading

import pytest

from mcpskills.errors import UnavailableError
from mcpskills_server.thinking import Thinking

pytestmark = pytest.mark.anyio


async def test_work_goes_on_in_another_thread_and_gives_what_it_gives():
    assert await Thinking().apart(threading.current_thread) is not threading.current_thread()


async def test_what_work_raises_is_raised():
    with pytest.raises(ZeroDivisionError):
        await Thinking().apart(lambda: 1 // 0)


async def test_the_event_loop_goes_on_meanwhile_and_more_than_may_wait_is_refused():
    thinking, go_on = Thinking(most=3), threading.Event()
    waiting = [asyncio.create_task(thinking.apart(go_on.wait)) for _ in range(3)]
    await asyncio.sleep(0)

    with pytest.raises(UnavailableError, match="ask again"):
        await thinking.apart(go_on.wait)
    go_on.set()

    assert await asyncio.gather(*waiting) == [True] * 3
    assert await thinking.apart(lambda: "again") == "again"
