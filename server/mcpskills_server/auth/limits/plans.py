"""Which plan a caller has."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from mcpskills.access import Caller
from mcpskills.allowance import CONCURRENT, PLANS, Plan

Most = Annotated[int, Field(ge=1)] | None


class PlanSetting(BaseModel):
    """A plan as it is configured; null is without a limit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    per_minute: Most
    per_hour: Most
    concurrent: Most = CONCURRENT

    @property
    def plan(self) -> Plan:
        return Plan(self.per_minute, self.per_hour, self.concurrent)


def known_plans(configured: Mapping[str, PlanSetting]) -> Mapping[str, Plan]:
    """All plans by name; one that is configured takes the place of the one that was there."""
    return {**PLANS, **{name: setting.plan for name, setting in configured.items()}}


class Plans:
    """The plans of callers. Names that nobody knows count as the tenant's plan: they may have been taken away."""

    def __init__(self, plans: Mapping[str, Plan], tenants: str) -> None:
        self._limited = {name: None if plan.unlimited else plan for name, plan in plans.items()}
        self._tenants = self._limited[tenants]

    def of(self, caller: Caller) -> Plan | None:
        """None where nothing is limited, which costs nothing."""
        return self._tenants if caller.plan is None else self._limited.get(caller.plan, self._tenants)
