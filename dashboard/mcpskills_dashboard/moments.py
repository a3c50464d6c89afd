"""Times in the reader's zone, and amounts as people read them."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from mcpskills_dashboard.language import say

NOTHING: Final = "\N{EN DASH}"
_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_MONTH: Final = 30 * _DAY
_SECOND_MS: Final = 1000
_KILO: Final = 1024
_SMALL: Final = 10


def zone() -> tzinfo:
    """The reader's zone, as their browser says; UTC when it says none that we know."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def at(moment: datetime | None) -> str:
    """The minute, such as `2026-11-28 20:15`, in the reader's zone."""
    return NOTHING if moment is None else f"{moment.astimezone(zone()):%Y-%m-%d %H:%M}"


def exactly(moment: datetime | None) -> str:
    """With seconds and zone, such as `2026-11-28 20:15:07 CET`."""
    return NOTHING if moment is None else f"{moment.astimezone(zone()):%Y-%m-%d %H:%M:%S %Z}"


def ago(moment: datetime | None, now: datetime | None = None) -> str:
    """How long ago, such as `3 minutes ago`; the day for what is longer ago than a month."""
    if moment is None:
        return NOTHING
    seconds = ((now or datetime.now(UTC)) - moment) / timedelta(seconds=1)
    if seconds < _MINUTE:
        return say("moments.now")
    if seconds < _HOUR:
        return say("moments.minutes", count=int(seconds // _MINUTE))
    if seconds < _DAY:
        return say("moments.hours", count=int(seconds // _HOUR))
    if seconds < _MONTH:
        return say("moments.days", count=int(seconds // _DAY))
    return f"{moment.astimezone(zone()):%Y-%m-%d}"


def number(value: float | None) -> str:
    """A count with its thousands apart."""
    return NOTHING if value is None else f"{value:,.0f}"


def share(value: float | None) -> str:
    """A share of one as per cent."""
    if value is None:
        return NOTHING
    return f"{value:.1%}" if 0 < value < 1 / _SMALL else f"{value:.0%}"


def took(milliseconds: float | None) -> str:
    """A duration in the unit that fits."""
    if milliseconds is None:
        return NOTHING
    if milliseconds >= _SECOND_MS:
        return f"{milliseconds / _SECOND_MS:.1f} s"
    return f"{milliseconds:.1f} ms" if milliseconds < _SMALL else f"{milliseconds:.0f} ms"


def size(amount: int | None) -> str:
    """Bytes in the unit that fits."""
    if amount is None:
        return NOTHING
    value, units = float(amount), iter(("B", "KiB", "MiB", "GiB"))
    unit = next(units)
    while value >= _KILO and unit != "GiB":
        value, unit = value / _KILO, next(units)
    return f"{value:.0f} {unit}" if unit == "B" or value >= _SMALL else f"{value:.1f} {unit}"
