"""The route about the tenant as a whole."""

import asyncio

from mcpskills.adapters.git.location import Location
from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.tenant_models import PlanView, TenantView
from mcpskills_server.auth.limits.plans import known_plans


class Tenant:
    """Says how it is set up; nothing here is a secret."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    async def show_tenant(self) -> TenantView:
        """Plans and their limits, registry repository and branch, where things are kept, and how far publishing has come."""
        return await asyncio.to_thread(self._shown)

    def _shown(self) -> TenantView:
        admin = self._admin
        settings, catalog, tenant = admin.settings, admin.catalog, admin.tenant
        plans = known_plans(settings.plans)
        return TenantView(
            tenant=tenant,
            plan=settings.plan,
            plans=tuple(
                PlanView(name=name, per_minute=plan.per_minute, per_hour=plan.per_hour, concurrent=plan.concurrent)
                for name, plan in plans.items()
            ),
            registry=settings.github_repository or Location(settings.location).shown,
            branch=settings.branch,
            commit=catalog.commit(tenant),
            generation=catalog.generation(tenant),
            frozen=catalog.frozen(tenant),
            storage=settings.storage,
            redis=settings.redis_url is not None,
            oidc=settings.oidc_issuer is not None,
            journal_bodies=settings.journal_bodies if settings.journal else None,
        )
