"""Gives every route the parts of its caller, so that none can show, or change, what the caller does not see.

A part's type in `parts.py` is that of the whole one and that of the seen one, so nothing can be used that only the whole one has.
"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial, wraps
from typing import Annotated, Any, Final

from fastapi import Depends, Request

from mcpskills.access import Caller, Scope
from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.seen import SeenNames, SeenReplica, SeenTrial
from mcpskills_server.admin.seen_catalog import SeenCatalog
from mcpskills_server.admin.seen_forge import SeenForge, Touched
from mcpskills_server.admin.seen_journal import SeenJournal
from mcpskills_server.admin.seen_secrets import SeenSecrets
from mcpskills_server.admin.skill_table import SeenTable
from mcpskills_server.auth.calling import caller

_PARTS: Final = "parts_of_the_caller"

Answer = Callable[..., Awaitable[Any]]


class Sight:
    """The parts of the admin API, by who works with them."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin
        self._touched = Touched(admin.forge)

    def of(self, who: Caller) -> Admin:
        """The parts themselves for who sees everything. Raises `UnavailableError` while nobody knows what is hidden."""
        admin = self._admin if who.may(Scope.USERS_READ) else replace(self._admin, callers=None)
        if who.sees is None:
            return admin
        hidden, later = self._hidden(who), partial(self._hidden, who)
        if not hidden:
            return replace(admin, hidden=later)
        return replace(
            admin,
            hidden=later,
            replica=SeenReplica(admin.replica, who),
            catalog=SeenCatalog(admin.catalog, hidden),
            names=SeenNames(admin.names, hidden),
            table=SeenTable(admin.table, hidden),
            trial=SeenTrial(admin.trial, hidden),
            secrets=None if admin.secrets is None else SeenSecrets(admin.secrets, hidden),
            forge=SeenForge(admin.forge, hidden, self._touched),
            checks=admin.checks.without(hidden),
            counted=None if admin.counted is None else admin.counted.without(hidden),
            journal=None if admin.journal is None else SeenJournal(admin.journal, hidden),
        )

    def _hidden(self, who: Caller) -> frozenset[str]:
        return self._admin.replica.view.seen_by(who).hidden

    def answer(self, answer: Answer) -> Answer:
        """A route's method, which is called on an object of its class that was made of the caller's parts."""
        routes = answer.__self__.__class__  # type: ignore[attr-defined]

        async def parts(request: Request) -> Admin:
            return self.of(caller(request.scope))

        @wraps(answer)
        async def answered(**given: Any) -> Any:
            admin = given.pop(_PARTS)
            return await getattr(routes(admin), answer.__name__)(**given)

        signature = inspect.signature(answer)
        seen = inspect.Parameter(_PARTS, inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[Admin, Depends(parts)])
        answered.__signature__ = signature.replace(parameters=[*signature.parameters.values(), seen])  # type: ignore[attr-defined]
        return answered
