"""How much of parameters and results is recorded."""

from typing import Literal, TypeAlias

Policy: TypeAlias = Literal["off", "redacted", "full"]
"""Nothing of them, their structure without what is secret or long, or all of them; see `bodies.py`."""
