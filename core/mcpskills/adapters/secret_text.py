"""Between what is known of a secret and a text."""

import json
from collections.abc import Callable
from datetime import datetime

from mcpskills.errors import CorruptedError, NotFoundError
from mcpskills.secret import DamagedSecret, Secret

_NAME_OF_WHO = 200
"""Characters of who set it that are kept."""


def text(secret: Secret) -> str:
    """The same secret is always the same text."""
    known = {
        "version": secret.version,
        "at": secret.updated_at.isoformat(),
        "by": secret.updated_by[:_NAME_OF_WHO],
        "skills": sorted(secret.skills),
    }
    return json.dumps(known, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def secret(name: str, text: str) -> Secret:
    """Raises `CorruptedError`."""
    try:
        known = json.loads(text)
        at, skills = _moment(known["at"]), frozenset(map(str, known["skills"]))
        return Secret(name, int(known["version"]), at, str(known["by"]), skills)
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise CorruptedError(
            f"What is known of the secret {name} cannot be read ({type(error).__name__}): remove it, and set it again."
        ) from error


def or_damaged(name: str, read: Callable[[], Secret]) -> Secret | DamagedSecret:
    """What is read, so that one that is damaged does not keep anybody from the others."""
    try:
        return read()
    except CorruptedError:
        return DamagedSecret(name)


def unknown(name: str) -> NotFoundError:
    return NotFoundError(f"There is no secret {name}.")


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return at
