"""The tenant: where its skills come from and are kept, and what its callers may ask for."""

import streamlit as st

from mcpskills_dashboard import moments
from mcpskills_dashboard.client import tenant
from mcpskills_dashboard.client.tenant import Plan, Tenant
from mcpskills_dashboard.language import say
from mcpskills_dashboard.markdown import code, plain
from mcpskills_dashboard.visitor import Visitor


def draw(visitor: Visitor) -> None:
    known = tenant.shown(visitor.api)
    if known.frozen:
        st.error(say("releases.frozen_because", reason=plain(known.frozen)), icon=":material/pause_circle:")
    _facts(known)
    _plans(known)


def _facts(known: Tenant) -> None:
    facts = (
        ("tenant", code(known.tenant)),
        ("registry", code(known.registry)),
        ("branch", code(known.branch)),
        ("commit", code(known.commit) if known.commit else moments.NOTHING),
        ("generation", moments.number(known.generation)),
        ("storage", say("tenant.on_aws") if known.storage == "aws" else say("tenant.on_one_machine")),
        ("redis", say("tenant.with_redis") if known.redis else say("tenant.without_redis")),
        ("oidc", say("tenant.with_oidc") if known.oidc else say("tenant.without_oidc")),
        ("journal", say(f"tenant.journal_of.{known.journal_bodies or 'none'}")),
    )
    lines = [f"| {say('tenant.fact')} | {say('tenant.value')} |", "| --- | --- |"]
    st.markdown("\n".join([*lines, *(f"| {say(f'tenant.{name}')} | {value} |" for name, value in facts)]))
    st.caption(say("tenant.by_environment"))


def _plans(known: Tenant) -> None:
    st.subheader(say("tenant.plans"), anchor=False)
    st.caption(say("tenant.plans_explained"))
    heads = ("plan", "per_minute", "per_hour", "concurrent")
    lines = [f"| {' | '.join(say(f'tenant.{head}') for head in heads)} |", "| --- | --: | --: | --: |"]
    st.markdown("\n".join([*lines, *(_plan(plan, known.plan) for plan in known.plans)]))


def _plan(plan: Plan, usual: str) -> str:
    mark = f" :green-badge[{say('tenant.usual')}]" if plan.name == usual else ""
    limits = " | ".join(map(_limit, (plan.per_minute, plan.per_hour, plan.concurrent)))
    return f"| {code(plan.name)}{mark} | {limits} |"


def _limit(limit: int | None) -> str:
    return say("tenant.no_limit") if limit is None else moments.number(limit)
