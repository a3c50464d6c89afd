"""Between what a publisher says of itself and a text."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime

from mcpskills.fleet import PublisherState


def text(state: PublisherState) -> str:
    return json.dumps(asdict(state), default=datetime.isoformat)


def states(said: Iterable[bytes]) -> Iterator[PublisherState]:
    """Those that can be read: a publisher of another release may say what this one does not know."""
    for each in said:
        try:
            fields = json.loads(each)
            at = fields.pop("reconciled_at")
            yield PublisherState(**fields, reconciled_at=None if at is None else datetime.fromisoformat(at))
        except (AttributeError, KeyError, TypeError, ValueError):
            continue
