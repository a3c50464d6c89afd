"""The name of a tenant: one form in settings, API keys, claims, tables, channels and folders."""

import re
from typing import Final

from mcpskills.errors import InvalidInputError

DEFAULT: Final = "default"
"""The tenant of whoever has only one."""

PATTERN: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
"""Without groups and ends. No capitals, as there are disks that do not tell them apart; no sign that parts a key or a path."""

FORM: Final = "1 to 63 lower-case letters, digits and hyphens, no hyphen at either end"


def is_name(text: str) -> bool:
    return re.fullmatch(PATTERN, text) is not None


def place(tenant: str) -> str:
    """The folder of what is one tenant's alone, relative to the data directory and to the prefix in S3.

    The top for `default`, so that whoever has one tenant sees nothing of there being more. Raises `InvalidInputError` for what is
    no name, which may come from a command line.
    """
    if not is_name(tenant):
        raise InvalidInputError(f"A tenant's name has {FORM}, got {tenant!r}.")
    return "" if tenant == DEFAULT else f"tenants/{tenant}"
