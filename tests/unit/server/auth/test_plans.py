"""Which plan a caller has, and which plans can be configured."""

from dataclasses import replace

import pytest

from catalog_builders import TENANT
from mcpskills import access
from mcpskills.access import Role
from mcpskills.allowance import PLANS, Plan
from mcpskills.errors import InvalidInputError
from mcpskills_server.auth.limits.plans import Plans, PlanSetting, known_plans
from mcpskills_server.settings import ServerSettings

ADA = access.anonymous(TENANT, Role.VIEWER)


@pytest.mark.parametrize(
    ("own", "plan"),
    [(None, Plan(20, 200)), ("pro", Plan(100, 2000)), ("unlimited", None), ("taken away", Plan(20, 200))],
)
def test_a_caller_has_their_own_plan_else_the_tenants(own, plan):
    assert Plans(PLANS, "free").of(replace(ADA, plan=own)) == plan


def test_what_has_no_limit_at_all_is_not_counted_whatever_its_name():
    setting = PlanSetting(per_minute=None, per_hour=None, concurrent=None)

    assert Plans(known_plans({"free": setting}), "free").of(ADA) is None


def test_plans_that_are_configured_replace_those_of_their_name_and_have_ten_places_unless_they_say():
    given = {"free": {"per_minute": 5, "per_hour": None}, "team": {"per_minute": 1, "per_hour": 2, "concurrent": None}}
    configured = ServerSettings.read(plans=given, plan="team").plans

    assert known_plans(configured) == {**PLANS, "free": Plan(5, None, 10), "team": Plan(1, 2, None)}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"plan": "fre"}, r"MCPSKILLS_PLAN: .*expected one of default, free, pro, enterprise, unlimited, got 'fre'"),
        ({"plans": {"a": {"per_minute": 0, "per_hour": None}}}, "MCPSKILLS_PLANS: .*greater than or equal to 1, got 0"),
        ({"plans": {"a": {"per_minute": 1}}}, "MCPSKILLS_PLANS: Field required"),
        ({"plans": {"a": {"per_minute": 1, "per_hour": 1, "day": 2}}}, "MCPSKILLS_PLANS: Extra inputs"),
        ({"proxies": ["*"]}, "MCPSKILLS_PROXIES: .*'\\*'"),
        ({"proxies": ["10.0.0.1/16"]}, "MCPSKILLS_PROXIES: .*host bits"),
        ({"proxies": ["proxy.example.org"]}, "MCPSKILLS_PROXIES: "),
    ],
)
def test_settings_that_cannot_be_meant_are_refused_by_name(settings, message):
    with pytest.raises(InvalidInputError, match=message):
        ServerSettings.read(**settings)
