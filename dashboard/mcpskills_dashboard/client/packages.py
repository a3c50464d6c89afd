"""The files of a version, all at once."""

from collections.abc import Mapping
from typing import Final

from mcpskills import package
from mcpskills.folder import Entry
from mcpskills_dashboard.client.connection import Api, segment

_MOST_BYTES: Final = 64 * 1024 * 1024


def entries(api: Api, name: str, number: int) -> Mapping[str, Entry]:
    """The files of a version by path. Refused for what was revoked; `CorruptedError` for what is no package."""
    path = f"/skills/{segment(name)}/versions/{number}/package"
    return package.entries(api.get_bytes(path, most=_MOST_BYTES))
