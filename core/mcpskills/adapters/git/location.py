"""Where a registry repository stands: a folder of this machine or a URL, and how messages call it."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_SCP = re.compile(r"[^/\s@:]+@[^/\s:]+:(?!//)")


@dataclass(frozen=True, slots=True)
class Location:
    """`text` as the operator wrote it; it may hold a password, so messages use `shown`."""

    text: str

    @property
    def remote(self) -> bool:
        return bool(_URL.match(self.text) or _SCP.match(self.text))

    @property
    def folder(self) -> Path:
        """The folder of a location that is not remote."""
        return Path(self.text).expanduser()

    @property
    def shown(self) -> str:
        """The location without credentials."""
        if not _URL.match(self.text):
            return self.text
        parts = urlsplit(self.text)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
