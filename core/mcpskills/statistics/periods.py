"""The periods that figures are asked for, and the hours or days that they are made of; all in UTC."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mcpskills.statistics.sheet import DAY, HOUR, Kind, day_of, hour_of


class Period(StrEnum):
    """Ends with the present hour or day, which is not over yet."""

    HOURS_24 = "24h"
    DAYS_7 = "7d"
    DAYS_30 = "30d"
    DAYS_90 = "90d"

    @property
    def days(self) -> int:
        return int(self.value[:-1]) if self is not Period.HOURS_24 else 1


@dataclass(frozen=True, slots=True)
class Window:
    """From `since` on and before `until`, in slots of `step`, which are the sheets of `kind`."""

    since: datetime
    until: datetime
    step: timedelta
    kind: Kind

    @property
    def slots(self) -> list[datetime]:
        """When each begins, the oldest first."""
        return [self.since + number * self.step for number in range((self.until - self.since) // self.step)]

    def has(self, at: datetime) -> bool:
        return self.since <= at < self.until

    def slot_of(self, at: datetime) -> datetime:
        return hour_of(at) if self.step == HOUR else day_of(at)


def window(period: Period, now: datetime) -> Window:
    if period is Period.HOURS_24:
        return hours(hour_of(now) - 23 * HOUR, hour_of(now) + HOUR)
    today = day_of(now)
    return Window(today - (period.days - 1) * DAY, today + DAY, DAY, Kind.DAY)


def hours(since: datetime, until: datetime) -> Window:
    """Whole hours."""
    return Window(since, until, HOUR, Kind.HOUR)


def merged_days(period: Period, today: datetime) -> Window:
    """What of a period is merged before it is asked for: its days before yesterday. Of 24 hours nothing is."""
    return Window(today - (period.days - 1) * DAY, today - DAY, DAY, Kind(period))
