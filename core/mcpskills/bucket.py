"""So much at once, and as much again within a time: a bucket that fills up steadily."""


class Bucket:
    """Full at first. The clock is whoever's that takes: `now` is in seconds and never goes back."""

    __slots__ = ("_at", "_left", "_most", "_seconds")

    def __init__(self, most: int, seconds: float, now: float) -> None:
        """Room for `most`, which come back within `seconds`."""
        self._most = most
        self._seconds = seconds
        self._left = float(most)
        self._at = now

    def take(self, now: float) -> bool:
        """Whether there is room for one more, which then is taken."""
        if now != self._at:
            self._left = min(self._most, self._left + (now - self._at) * self._most / self._seconds)
            self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
