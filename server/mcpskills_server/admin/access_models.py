"""What the admin API says and hears of who sees a skill."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints

from mcpskills_server.admin import access_examples
from mcpskills_server.admin.model import Model, Reason, not_blank, without_controls

MOST_GROUPS = 100
GROUP_LENGTH = 256

Group = Annotated[
    str,
    BeforeValidator(not_blank),
    StringConstraints(strip_whitespace=True, min_length=1, max_length=GROUP_LENGTH),
    AfterValidator(without_controls),
]


class AccessRequest(Model):
    """The groups that see the skill, and why; none for everybody."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra={"example": access_examples.REQUEST})

    groups: Annotated[frozenset[Group], Field(max_length=MOST_GROUPS)]
    reason: Reason


class Access(Model):
    """Who sees the skill of a name: these groups, or everybody where there are none.

    `changed` is false when everything was so already, `known` while no skill has had the name.
    """

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": access_examples.ACCESS})

    changed: bool
    name: str
    groups: tuple[str, ...]
    known: bool
    generation: int


class RestrictionView(Model):
    """A name, and the groups that see the skill; `served` tells whether this replica serves one."""

    name: str
    groups: tuple[str, ...]
    served: bool


class RestrictionList(Model):
    """Every name that is restricted, in order, as this replica has them at its `generation`."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"example": access_examples.RESTRICTIONS})

    restrictions: tuple[RestrictionView, ...]
    generation: int
