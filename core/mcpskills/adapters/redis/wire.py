"""Events as bytes on a channel. What comes from there may be of another release or of anybody: it is parsed, or refused."""

import json
from dataclasses import asdict

from mcpskills.errors import InvalidInputError
from mcpskills.events import GenerationRaised, ReconcileWanted, SessionChanged
from mcpskills.printable import printable, quoted

LARGEST = 4096
"""The most bytes of an event."""

_REASON = 200

Sendable = GenerationRaised | ReconcileWanted | SessionChanged


def encode(event: Sendable) -> bytes:
    fields = asdict(event)
    if isinstance(event, ReconcileWanted):
        fields["reason"] = printable(event.reason, _REASON)
    return json.dumps({"event": type(event).__name__, **fields}).encode()


def decode(message: bytes) -> Sendable:
    """Raises `InvalidInputError` that says what was found."""
    if len(message) > LARGEST:
        raise InvalidInputError(f"An event has at most {LARGEST} bytes, this has {len(message)}.")
    try:
        content = json.loads(message)
    except (ValueError, RecursionError) as error:
        raise InvalidInputError(f"An event is JSON, this is {_found(message)}.") from error
    match content:
        case {"event": "GenerationRaised", "tenant": str(tenant), "generation": int(generation)} if generation > 0:
            return GenerationRaised(tenant, generation)
        case {"event": "ReconcileWanted", "tenant": str(tenant), "reason": str(reason)}:
            return ReconcileWanted(tenant, printable(reason, _REASON))
        case {"event": "SessionChanged", "tenant": str(tenant), "session": str(session)}:
            return SessionChanged(tenant, session)
        case _:
            raise InvalidInputError(f"An event has a known name and its fields, this is {_found(message)}.")


def _found(message: bytes) -> str:
    return quoted(message.decode(errors="backslashreplace"))
