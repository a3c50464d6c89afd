"""The built files of the editor, and the address that the dashboard serves them at. They are ours: no other machine is asked."""

import hashlib
from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

BUILT: Final = Path(__file__).with_name("built")
STAMP: Final = BUILT / "built-from.json"

_FOLDER: Final = "/editor-files"
_KEEP: Final = "public, max-age=31536000, immutable"

ADDRESS: Final = f"{_FOLDER}/{hashlib.sha256(STAMP.read_bytes()).hexdigest()[:16]}"
"""Another one for each build, so that browsers keep the files for good."""


class _Kept(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = _KEEP
        return response


def route() -> Mount:
    """What the dashboard answers at `ADDRESS`."""
    return Mount(ADDRESS, _Kept(directory=BUILT))
