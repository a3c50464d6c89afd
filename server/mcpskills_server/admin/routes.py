"""The routes of the admin API as tables: a new one is a method and a row, with its heading in docs/admin-api.md."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, get_type_hints

from fastapi import APIRouter

from mcpskills_server import problems
from mcpskills_server.admin import admission, uploading
from mcpskills_server.admin.auditing import Auditing
from mcpskills_server.admin.changing import Changing
from mcpskills_server.admin.fleet import Fleet
from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.proposing import Proposing
from mcpskills_server.admin.publishing import Publishing
from mcpskills_server.admin.reading import Reading
from mcpskills_server.admin.restricting import Restricting
from mcpskills_server.admin.sight import Sight
from mcpskills_server.admin.standing import Standings
from mcpskills_server.admin.uploading import Uploading

PREFIX = "/admin"
JSON_BYTES = 64 * 1024

_EVERYWHERE = (401, 403, 422, 429, 503)


@dataclass(frozen=True, slots=True)
class _Row:
    """A route. `errors` are the statuses that it answers with beside those of every route.

    `repeated` is the status, with the same body, of an answer to a request that changed nothing.
    """

    method: str
    path: str
    answer: Callable[..., Any]
    summary: str
    errors: tuple[int, ...] = ()
    status: HTTPStatus = HTTPStatus.OK
    repeated: HTTPStatus | None = None


def router(admin: Admin) -> APIRouter:
    """The admin API. Callers without a credential are answered on this machine only, see `admission.py`."""
    reading, changing, uploads = Reading(admin), Changing(admin), Uploading(admin)
    sight = Sight(admin)
    whole = APIRouter(prefix=PREFIX)
    whole.include_router(_routes(sight, _reading(reading), "skills", admission.route(JSON_BYTES)))
    whole.include_router(_routes(sight, _changing(changing), "changes", admission.route(JSON_BYTES)))
    whole.include_router(_routes(sight, _standings(Standings(admin)), "versions", admission.route(JSON_BYTES)))
    whole.include_router(_routes(sight, _restricting(Restricting(admin)), "access", admission.route(JSON_BYTES)))
    whole.include_router(_routes(sight, _publishing(Publishing(admin)), "publisher", admission.route(JSON_BYTES)))
    whole.include_router(_routes(sight, _fleet(Fleet(admin)), "replicas", admission.route(JSON_BYTES)))
    whole.include_router(_routes(sight, _auditing(Auditing(admin)), "audit", admission.route(JSON_BYTES)))
    whole.include_router(_routes(sight, _proposing(Proposing(admin)), "proposals", admission.route(JSON_BYTES)))
    upload_route = admission.route(uploading.BODY_BYTES, uploading.MEDIA_TYPE)
    whole.include_router(_routes(sight, _uploading(uploads), "uploads", upload_route))
    return whole


def _reading(routes: Reading) -> Sequence[_Row]:
    return (
        _Row("GET", "/skills", routes.list_skills, "List skills"),
        _Row("GET", "/skills/{id}", routes.show_skill, "Show a skill", (404,)),
        _Row("GET", "/skills/{id}/instructions", routes.show_instructions, "Show a skill's SKILL.md", (404,)),
        _Row("GET", "/skills/{id}/versions", routes.list_versions, "List a skill's versions", (404,)),
    )


def _changing(routes: Changing) -> Sequence[_Row]:
    moving = (400, 404, 409, 412, 413, 502)
    return (
        _Row("POST", "/skills/reload-all", routes.reload_all, "Compare with Git now"),
        _Row("POST", "/skills/{id}/reload", routes.reload, "Reload a skill", (404, 412, 502)),
        _Row("DELETE", "/skills/{id}", routes.take_offline, "Take a skill offline", (404, 412)),
        _Row("POST", "/skills/{id}/rollback", routes.roll_back, "Roll a skill back", moving),
        _Row("POST", "/skills/{id}/lift", routes.lift, "End a skill's hold", (404, 412, 502)),
        _Row("POST", "/skills/{id}/online", routes.bring_online, "Bring a skill back online", (404, 412, 502)),
        _Row("POST", "/skills/{id}/promote", routes.promote, "Serve a version of one's choice", moving),
    )


def _standings(routes: Standings) -> Sequence[_Row]:
    at, errors = "/skills/{id}/versions/{number}", (404, 409, 412)
    return (
        _Row("POST", f"{at}/yank", routes.yank, "Yank a version", (400, *errors, 413, 502)),
        _Row("POST", f"{at}/revoke", routes.revoke, "Revoke a version", (400, *errors, 413)),
        _Row("POST", f"{at}/restore", routes.restore, "Put a version back in good standing", (*errors, 502)),
        _Row("GET", f"{at}/provenance", routes.show_provenance, "Show who vouches for a version", (404, 502)),
        _Row("GET", f"{at}/sbom", routes.show_sbom, "Show a version's bill of materials", (404, 502)),
    )


def _restricting(routes: Restricting) -> Sequence[_Row]:
    return (
        _Row("GET", "/restrictions", routes.list_restrictions, "List restricted skills"),
        _Row("PUT", "/skills/{id}/access", routes.restrict, "Say who sees a skill", (400, 404, 412, 413)),
    )


def _publishing(routes: Publishing) -> Sequence[_Row]:
    summary = "Go on from a rewritten history"
    return (_Row("POST", "/publisher/accept-history", routes.accept_history, summary, (400, 409, 413)),)


def _fleet(routes: Fleet) -> Sequence[_Row]:
    return (_Row("GET", "/replicas", routes.list_replicas, "List the replicas"),)


def _auditing(routes: Auditing) -> Sequence[_Row]:
    return (_Row("GET", "/audit", routes.list_audit, "Read the audit trail"),)


def _proposing(routes: Proposing) -> Sequence[_Row]:
    # An id may hold a slash: somebody pushed the branch proposal/team/change.
    one = "/proposals/{id:path}"
    return (
        _Row("GET", "/proposals", routes.list_proposals, "List open proposals"),
        _Row("GET", one, routes.show_proposal, "Show a proposal", (404,)),
        _Row("POST", f"{one}/approve", routes.approve_proposal, "Approve a proposal", (404, 409, 412)),
        _Row("POST", f"{one}/merge", routes.merge_proposal, "Merge a proposal", (404, 409, 412)),
        _Row("POST", f"{one}/close", routes.close_proposal, "Close a proposal", (404, 409)),
    )


def _uploading(routes: Uploading) -> Sequence[_Row]:
    return (
        _Row("POST", "/skills/validate", routes.validate_upload, "Validate a zip", (400, 409, 413, 415)),
        _Row(
            "POST",
            "/skills/upload",
            routes.upload,
            "Propose a skill from a zip",
            (400, 409, 413, 415),
            HTTPStatus.CREATED,
            HTTPStatus.OK,
        ),
    )


def _routes(sight: Sight, rows: Sequence[_Row], tag: str, route_class: type[Any]) -> APIRouter:
    routes = APIRouter(tags=[tag], route_class=route_class)
    for row in rows:
        routes.add_api_route(
            row.path,
            sight.answer(row.answer),
            methods=[row.method],
            summary=row.summary,
            operation_id=row.answer.__name__,
            status_code=row.status,
            responses={
                **({row.repeated: {"model": get_type_hints(row.answer)["return"]}} if row.repeated else {}),
                **problems.responses(*sorted({*_EVERYWHERE, *row.errors})),
            },
        )
    return routes
