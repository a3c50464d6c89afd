"""The admin API under /admin: its routes in `reading.py`, `changing.py` and others, what they say in `<concept>_models.py`."""

from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.routes import routes

__all__ = ["Admin", "routes"]
