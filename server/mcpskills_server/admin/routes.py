"""The routes of the admin API as tables: a new one is a method and a row, with its heading in docs/admin-api.md."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, get_type_hints

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from starlette.routing import BaseRoute

from mcpskills.access import Scope
from mcpskills_server import problems
from mcpskills_server.admin import admission, secrets, uploading
from mcpskills_server.admin.auditing import Auditing, JsonLines
from mcpskills_server.admin.changing import Changing
from mcpskills_server.admin.files import FileContent, Files, PackageContent
from mcpskills_server.admin.fleet import Fleet
from mcpskills_server.admin.following import EventStream
from mcpskills_server.admin.keys import Keys
from mcpskills_server.admin.logs import Logs
from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.proposing import Proposing
from mcpskills_server.admin.publishing import Publishing
from mcpskills_server.admin.reading import Reading
from mcpskills_server.admin.restricting import Restricting
from mcpskills_server.admin.secrets import Secrets
from mcpskills_server.admin.sight import Sight
from mcpskills_server.admin.standing import CycloneDx, Standings
from mcpskills_server.admin.statistics import Statistics
from mcpskills_server.admin.tenant import Tenant
from mcpskills_server.admin.timeline import Timeline
from mcpskills_server.admin.uploading import Uploading
from mcpskills_server.admin.users import Users
from mcpskills_server.admin.whoami import WhoAmI
from mcpskills_server.auth import guarding
from mcpskills_server.auth.rights import Free, Right

PREFIX = "/admin"
JSON_BYTES = 64 * 1024

_EVERYWHERE = (*guarding.REFUSALS, 422)


@dataclass(frozen=True, slots=True)
class _Row:
    """A route, and what its callers need for it. `errors` are the statuses that it answers with beside those of every route.

    `repeated` is the status, with the same body, of an answer to a request that changed nothing; `form` the kind of a good answer
    that is no plain JSON document.
    """

    right: Right
    method: str
    path: str
    answer: Callable[..., Any]
    summary: str
    errors: tuple[int, ...] = ()
    status: HTTPStatus = HTTPStatus.OK
    repeated: HTTPStatus | None = None
    form: type[Response] | None = None


def routes(admin: Admin) -> list[BaseRoute]:
    """The admin API. Callers without a credential are answered on this machine only, see `admission.py`.

    They are for an application to have as its own: FastAPI builds those of a router that it includes a second time.
    """
    sight = Sight(admin)
    return [
        *_routes(sight, _reading(Reading(admin)), "skills"),
        *_routes(sight, _changing(Changing(admin)), "changes"),
        *_routes(sight, _standings(Standings(admin)), "versions"),
        *_routes(sight, _files(Files(admin)), "versions"),
        *_routes(sight, _restricting(Restricting(admin)), "access"),
        *_routes(sight, _publishing(Publishing(admin)), "publisher"),
        *_routes(sight, _fleet(Fleet(admin)), "fleet"),
        *_routes(sight, _timeline(Timeline(admin)), "releases"),
        *_routes(sight, _statistics(Statistics(admin)), "statistics"),
        *_routes(sight, _auditing(Auditing(admin)), "audit"),
        *_routes(sight, _logs(Logs(admin)), "logs"),
        *_routes(sight, _proposing(Proposing(admin)), "proposals"),
        *_routes(sight, _keys(Keys(admin)), "keys"),
        *_routes(sight, _users(Users(admin)), "users"),
        *_routes(sight, _tenant(Tenant(admin)), "tenant"),
        *_routes(sight, _whoami(WhoAmI(admin)), "caller"),
        *_routes(sight, _secrets(Secrets(admin)), "secrets", secrets.BODY_BYTES),
        *_routes(sight, _uploading(Uploading(admin)), "uploads", uploading.BODY_BYTES, uploading.MEDIA_TYPE),
    ]


def _reading(routes: Reading) -> Sequence[_Row]:
    read = Scope.SKILLS_READ
    return (
        _Row(read, "GET", "/skills", routes.list_skills, "List skills"),
        _Row(read, "GET", "/skills/{id}", routes.show_skill, "Show a skill", (404,)),
        _Row(read, "GET", "/skills/{id}/instructions", routes.show_instructions, "Show a skill's SKILL.md", (404,)),
        _Row(
            Scope.RELEASES_READ, "GET", "/skills/{id}/versions", routes.list_versions, "List a skill's versions", (404,)
        ),
    )


def _changing(routes: Changing) -> Sequence[_Row]:
    change = Scope.RELEASES_WRITE
    moving = (400, 404, 409, 412, 413, 502)
    return (
        _Row(change, "POST", "/skills/reload-all", routes.reload_all, "Compare with Git now"),
        _Row(change, "POST", "/skills/{id}/reload", routes.reload, "Reload a skill", (404, 412, 502)),
        _Row(change, "DELETE", "/skills/{id}", routes.take_offline, "Take a skill offline", (404, 412)),
        _Row(change, "POST", "/skills/{id}/rollback", routes.roll_back, "Roll a skill back", moving),
        _Row(change, "POST", "/skills/{id}/lift", routes.lift, "End a skill's hold", (404, 412, 502)),
        _Row(change, "POST", "/skills/{id}/online", routes.bring_online, "Bring a skill back online", (404, 412, 502)),
        _Row(change, "POST", "/skills/{id}/promote", routes.promote, "Serve a version of one's choice", moving),
    )


def _standings(routes: Standings) -> Sequence[_Row]:
    read, change = Scope.RELEASES_READ, Scope.RELEASES_WRITE
    at, errors = "/skills/{id}/versions/{number}", (404, 409, 412)
    return (
        _Row(change, "POST", f"{at}/yank", routes.yank, "Yank a version", (400, *errors, 413, 502)),
        _Row(change, "POST", f"{at}/revoke", routes.revoke, "Revoke a version", (400, *errors, 413)),
        _Row(change, "POST", f"{at}/restore", routes.restore, "Put a version back in good standing", (*errors, 502)),
        _Row(read, "GET", f"{at}/provenance", routes.show_provenance, "Show who vouches for a version", (404, 502)),
        _Row(
            read,
            "GET",
            f"{at}/sbom",
            routes.show_sbom,
            "Show a version's bill of materials",
            (404, 502),
            form=CycloneDx,
        ),
    )


def _files(routes: Files) -> Sequence[_Row]:
    read, version, errors = Scope.RELEASES_READ, "/skills/{id}/versions/{number}", (404, 410, 502)
    show, diff, zipped = "Show a file of a version", "Compare two versions", "Fetch all files of a version"
    at = f"{version}/files"
    return (
        _Row(read, "GET", f"{version}/package", routes.show_package, zipped, errors, form=PackageContent),
        _Row(read, "GET", at, routes.list_files, "List the files of a version", (404,)),
        _Row(read, "GET", f"{at}/{{path:path}}", routes.show_file, show, errors, form=FileContent),
        _Row(read, "GET", "/skills/{id}/diff", routes.diff_versions, diff, errors),
    )


def _restricting(routes: Restricting) -> Sequence[_Row]:
    return (
        _Row(Scope.USERS_READ, "GET", "/restrictions", routes.list_restrictions, "List restricted skills"),
        _Row(
            Scope.USERS_WRITE,
            "PUT",
            "/skills/{id}/access",
            routes.restrict,
            "Say who sees a skill",
            (400, 404, 412, 413),
        ),
    )


def _publishing(routes: Publishing) -> Sequence[_Row]:
    write = Scope.TENANT_WRITE
    summary = "Go on from a rewritten history"
    return (_Row(write, "POST", "/publisher/accept-history", routes.accept_history, summary, (400, 409, 413)),)


def _fleet(routes: Fleet) -> Sequence[_Row]:
    read = Scope.METRICS_READ
    return (
        _Row(read, "GET", "/replicas", routes.list_replicas, "List the replicas"),
        _Row(read, "GET", "/publishers", routes.list_publishers, "List the publishers"),
    )


def _timeline(routes: Timeline) -> Sequence[_Row]:
    return (
        _Row(Scope.RELEASES_READ, "GET", "/releases", routes.list_releases, "List what went live"),
        _Row(Scope.SKILLS_READ, "GET", "/quarantine", routes.list_quarantined, "List refused folders"),
    )


def _statistics(routes: Statistics) -> Sequence[_Row]:
    read = Scope.STATISTICS_READ
    return (
        _Row(read, "GET", "/statistics", routes.show_statistics, "Show how skills are used"),
        _Row(read, "GET", "/statistics/skills", routes.list_statistics, "List skills by their use"),
        _Row(read, "GET", "/statistics/never-used", routes.list_never_used, "List skills that nobody used"),
        _Row(read, "GET", "/skills/{id}/statistics", routes.show_skill_statistics, "Show how a skill is used", (404,)),
    )


def _auditing(routes: Auditing) -> Sequence[_Row]:
    read = Scope.AUDIT_READ
    return (
        _Row(read, "GET", "/audit", routes.list_audit, "Read the audit trail"),
        _Row(read, "GET", "/audit/export", routes.export_audit, "Read the audit trail as lines", form=JsonLines),
    )


def _logs(routes: Logs) -> Sequence[_Row]:
    read = Scope.LOGS_READ
    return (
        _Row(read, "GET", "/logs", routes.list_invocations, "Read the journal", (404,)),
        _Row(
            read, "GET", "/logs/export", routes.export_invocations, "Read the journal as lines", (404,), form=JsonLines
        ),
        _Row(read, "GET", "/logs/follow", routes.follow_invocations, "Follow the journal", (404,), form=EventStream),
        _Row(read, "GET", "/logs/{id}", routes.show_invocation, "Show a request", (404,)),
    )


def _proposing(routes: Proposing) -> Sequence[_Row]:
    read, write, merge = Scope.PROPOSALS_READ, Scope.PROPOSALS_WRITE, Scope.PROPOSALS_MERGE
    # An id may hold a slash: somebody pushed the branch proposal/team/change.
    one = "/proposals/{id:path}"
    return (
        _Row(read, "GET", "/proposals", routes.list_proposals, "List open proposals"),
        _Row(read, "GET", one, routes.show_proposal, "Show a proposal", (404,)),
        _Row(merge, "POST", f"{one}/approve", routes.approve_proposal, "Approve a proposal", (404, 409, 412)),
        _Row(merge, "POST", f"{one}/merge", routes.merge_proposal, "Merge a proposal", (404, 409, 412)),
        _Row(write, "POST", f"{one}/close", routes.close_proposal, "Close a proposal", (404, 409)),
    )


def _keys(routes: Keys) -> Sequence[_Row]:
    read, write, one = Scope.USERS_READ, Scope.USERS_WRITE, "/keys/{id}"
    made = HTTPStatus.CREATED
    return (
        _Row(read, "GET", "/keys", routes.list_keys, "List API keys"),
        _Row(write, "POST", "/keys", routes.create_key, "Make an API key", (400, 412, 413), made),
        _Row(read, "GET", one, routes.show_key, "Show an API key", (404,)),
        _Row(write, "PATCH", one, routes.change_key, "Change an API key", (400, 404, 409, 412, 413)),
        _Row(write, "DELETE", one, routes.revoke_key, "Revoke an API key", (404, 409, 412)),
        _Row(
            write,
            "POST",
            f"{one}/rotate",
            routes.rotate_key,
            "Make an API key in place of another",
            (400, 404, 409, 412, 413),
            made,
        ),
    )


def _users(routes: Users) -> Sequence[_Row]:
    # A subject may hold a slash, as an address does.
    read, write, one = Scope.USERS_READ, Scope.USERS_WRITE, "/users/{subject:path}"
    return (
        _Row(read, "GET", "/users", routes.list_users, "List users"),
        _Row(read, "GET", one, routes.show_user, "Show a user", (404,)),
        _Row(write, "PUT", one, routes.set_user, "Say what is to be known of a user", (400, 409, 412, 413)),
        _Row(write, "DELETE", one, routes.remove_user, "Forget a user", (404, 409, 412)),
    )


def _tenant(routes: Tenant) -> Sequence[_Row]:
    return (_Row(Scope.METRICS_READ, "GET", "/tenant", routes.show_tenant, "Show the tenant"),)


def _secrets(routes: Secrets) -> Sequence[_Row]:
    write, one = Scope.SECRETS_WRITE, "/secrets/{name}"
    grant = "Say which skills get a secret"
    return (
        _Row(write, "GET", "/secrets", routes.list_secrets, "List secrets"),
        _Row(write, "PUT", one, routes.set_secret, "Set a secret", (400, 413)),
        _Row(write, "DELETE", one, routes.remove_secret, "Remove a secret", (404,)),
        _Row(write, "PUT", f"{one}/grants", routes.grant_secret, grant, (400, 404, 413)),
    )


def _whoami(routes: WhoAmI) -> Sequence[_Row]:
    return (
        _Row(Free.CALLERS, "GET", "/me", routes.show_me, "Show who calls"),
        _Row(Free.CALLERS, "GET", "/roles", routes.list_roles, "List the roles"),
    )


def _uploading(routes: Uploading) -> Sequence[_Row]:
    write = Scope.PROPOSALS_WRITE
    return (
        _Row(write, "POST", "/skills/validate", routes.validate_upload, "Validate a zip", (400, 409, 413, 415)),
        _Row(
            write,
            "POST",
            "/skills/upload",
            routes.upload,
            "Propose a skill from a zip",
            (400, 409, 413, 415),
            HTTPStatus.CREATED,
            HTTPStatus.OK,
        ),
    )


def _routes(
    sight: Sight, rows: Sequence[_Row], tag: str, body_bytes: int = JSON_BYTES, media_type: str | None = None
) -> list[BaseRoute]:
    made = APIRouter(prefix=PREFIX, tags=[tag])
    for row in rows:
        made.add_api_route(
            row.path,
            sight.answer(row.answer),
            methods=[row.method],
            summary=row.summary,
            operation_id=row.answer.__name__,
            status_code=row.status,
            response_class=row.form or JSONResponse,
            responses={
                **({row.repeated: {"model": get_type_hints(row.answer)["return"]}} if row.repeated else {}),
                **problems.responses(*sorted({*_EVERYWHERE, *row.errors})),
            },
            openapi_extra=guarding.described(row.right),
            route_class_override=admission.route(row.right, body_bytes, media_type),
        )
    return made.routes
