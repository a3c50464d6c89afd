"""The examples of the OpenAPI document about who sees a skill."""

from typing import Any, Final

REQUEST: Final[dict[str, Any]] = {"groups": ["finance"], "reason": "It knows the layout of salary slips."}
ACCESS: Final[dict[str, Any]] = {
    "changed": True,
    "name": "payroll-export",
    "groups": ["finance"],
    "known": True,
    "generation": 43,
}
RESTRICTIONS: Final[dict[str, Any]] = {
    "restrictions": [{"name": "payroll-export", "groups": ["finance"], "served": True}],
    "generation": 43,
}
