"""Counting requests where every microsecond counts: plain numbers, touched by the event loop's thread alone."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

from mcpskills.asgi import Message, Send

BOUNDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds up to which the parts of a histogram reach."""

OTHER: Final = "other"


@dataclass(slots=True)
class Times:
    """How many answers began within each part of `BOUNDS`, the last for longer ones, and all their seconds together."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0


class Tally:
    """Requests to `/mcp`, by method and status. Methods that nobody knows count as `other`, so that none can be invented."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, int], Times] = {}
        self.denials_noted = 0
        self.denials_summed = 0
        self.denials_dropped = 0

    @property
    def answers(self) -> Mapping[tuple[str, int], Times]:
        return self._answers

    def counted(self, send: Send, method: str = OTHER) -> Send:
        """A `send` by which the answer to a request counts, from now until it begins."""
        began = perf_counter()

        async def count(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.add(method, message["status"], perf_counter() - began)
            await send(message)

        return count

    def add(self, method: str, status: int, seconds: float) -> None:
        """Count an answer that began so many seconds after its request."""
        times = self._answers.get((method, status))
        if times is None:
            times = self._answers[method, status] = Times()
        times.counts[bisect_left(BOUNDS, seconds)] += 1
        times.seconds += seconds
