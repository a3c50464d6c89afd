"""The time that all processes agree on: the service's, as its answers say it.

Leases and holds compare times that different machines wrote, and a machine's clock may be wrong.
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

_AGREES = timedelta(seconds=5)
"""An answer says whole seconds and takes a while to arrive: a clock that differs by less is taken to be right."""


class ServiceClock:
    """Call it for the time: this machine's, put right by what the client's last answer said. May be called from any thread."""

    def __init__(self, client: Any) -> None:
        service = client.meta.service_model.service_id.hyphenize()
        client.meta.events.register(f"response-received.{service}", self._heard)
        self._off = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._off

    def _heard(self, response_dict: dict[str, Any] | None = None, **_: Any) -> None:
        said = (response_dict or {}).get("headers", {}).get("date")
        if not said:
            return
        try:
            off = parsedate_to_datetime(said) - datetime.now(UTC)
        except (ValueError, TypeError):  # no time, or one without a zone
            return
        self._off = off if abs(off) > _AGREES else timedelta()
