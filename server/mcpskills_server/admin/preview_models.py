"""What the admin API says of a change that is only looked at."""

from typing import Any, Final

from pydantic import ConfigDict

from mcpskills.version import Status
from mcpskills_server.admin import examples
from mcpskills_server.admin.model import Model
from mcpskills_server.admin.version_models import HoldView, StandingView

_BEFORE: Final[dict[str, Any]] = {
    "name": "pdf-forms",
    "status": "ACTIVE",
    "live_version": 2,
    "wanted_version": 2,
    "hold": None,
    "standing": None,
    "groups": [],
}
_AFTER: Final = {**_BEFORE, "live_version": 1, "hold": examples.SUMMARY["hold"]}


class SkillState(Model):
    """A skill as far as changes move it. `status` is null while Git has no skill of the name.

    `standing` is of the version that the change is about; null while that is good, and where it is about none.
    """

    name: str
    status: Status | None
    live_version: int | None
    wanted_version: int | None
    hold: HoldView | None
    standing: StandingView | None
    groups: tuple[str, ...]


class Preview(Model):
    """What a change would come to at this `generation`, which may be its condition. `changed` is false when nothing would."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={"example": {"changed": True, "before": _BEFORE, "after": _AFTER, "generation": 42}},
    )

    changed: bool
    before: SkillState
    after: SkillState
    generation: int
