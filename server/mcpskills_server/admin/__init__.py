"""The admin API under /admin. `reading.py`, `changing.py` and `uploading.py` hold its routes, `models.py` what they say."""

from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.routes import router

__all__ = ["Admin", "router"]
