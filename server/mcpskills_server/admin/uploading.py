"""Routes that take a zip. It is read in memory, judged by the rules, and at most proposed: the store is never written here."""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import File, Query, Request, Response, UploadFile

from mcpskills import archive, package
from mcpskills.claims import SKILLS_ROOT
from mcpskills.errors import ConflictError, InvalidInputError, NotFoundError
from mcpskills.folder import SkillFolder
from mcpskills.printable import quoted
from mcpskills.proposal import ProposedChange
from mcpskills.validation.policy import FILE, Limits, Policy
from mcpskills.validation.registry_toml import policy_of
from mcpskills.validation.subject import ALONE
from mcpskills.validation.validate import Verdict, validate
from mcpskills_server import problems
from mcpskills_server.admin import judging, views
from mcpskills_server.admin.opening import open_once
from mcpskills_server.admin.parts import Admin
from mcpskills_server.admin.proposal_models import Comment, Title
from mcpskills_server.admin.upload_models import Uploaded, Validated
from mcpskills_server.auth.calling import actor
from mcpskills_server.problems import RefusedSkillError

MEDIA_TYPE = "multipart/form-data"

BODY_BYTES = Limits().package_bytes + 5 * 1024 * 1024
"""The most that is read of an upload: a package of the largest size, and what zip and multipart add to it."""

_PART = "file"
_NAMED, _PATH = 5, 200

Zip = Annotated[UploadFile, File(alias=_PART, description="A zip of one skill: its folder, or the files in it.")]


@dataclass(frozen=True, slots=True)
class _Judged:
    """An uploaded skill where it would be proposed. `places` are the folders that Git has for it; more than one is a dispute."""

    folder: SkillFolder
    places: Sequence[str]
    verdict: Verdict


class Uploading:
    """The two routes share everything but their end."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    async def validate_upload(self, request: Request, file: Zip) -> Validated:
        """Judge a skill by the rules of the registry, as a pull request would be. Changes nothing.

        A skill that breaks rules is a good answer with `ok` false; only a zip, or a registry.toml, that cannot be read is an
        error.
        """
        judged = await asyncio.to_thread(self._judge, await _content(request, file))
        folder, verdict = judged.folder, judged.verdict
        return Validated(
            ok=verdict.ok,
            name=folder.name,
            files=len(folder.files),
            size=sum(entry.size for entry in folder.files.values()),
            findings=problems.views(verdict.findings),
        )

    async def upload(
        self,
        request: Request,
        response: Response,
        file: Zip,
        title: Annotated[
            Title | None, Query(description="The proposal's title; says what is added or updated.")
        ] = None,
        message: Annotated[Comment, Query(description="Why, for whoever reviews it.")] = "",
    ) -> Uploaded:
        """Propose a skill: a pull request that puts it in its present folder, or in `skills/<name>` when it is new.

        A folder that was refused is repaired where it is; while several of this name are refused, the upload is a conflict.
        A proposal of exactly this change that is open already is given back, with 200 and `created` false.
        Nothing is served before the proposal is merged. A skill that breaks rules is refused with all findings.
        """
        judged = await asyncio.to_thread(self._judge, await _content(request, file))
        folder, verdict = judged.folder, judged.verdict
        if len(judged.places) > 1:
            raise ConflictError(_disputed(folder.name, judged.places))
        if not verdict.ok:
            raise RefusedSkillError(f"The skill breaks rules: {verdict.reason}", verdict.findings)
        came = f"Uploaded through the admin API: {len(folder.files)} files, package {package.build(folder).digest}."
        change = ProposedChange(
            folder=folder.path,
            entries=folder.entries,
            title=title or f"{'Update' if judged.places else 'Add'} {folder.name}",
            body=f"{message}\n\n{came}".strip(),
            author=actor(request.scope).name,
        )
        proposal, created = await asyncio.to_thread(open_once, self._admin.forge, change)
        if not created:
            response.status_code = HTTPStatus.OK
        return Uploaded(
            created=created,
            folder=folder.path,
            proposal=views.proposal(proposal),
            findings=problems.views(verdict.findings),
        )

    def _judge(self, content: bytes) -> _Judged:
        policy = self._policy()
        read = archive.read_zip(content, policy.limits)
        places = self._places(read.name)
        folder = SkillFolder(places[0] if places else f"{SKILLS_ROOT}/{read.name}", read.entries)
        beside = judging.neighbours_of(self._admin, [folder.path], {folder.path, *places})
        return _Judged(folder, places, validate(folder, policy, beside.get(folder.path, ALONE)))

    def _policy(self) -> Policy:
        """What the registry decides for itself. Raises `ConflictError`: that it cannot be read is no fault of the upload."""
        try:
            return policy_of(self._admin.forge.file(FILE), self._admin.now().date())
        except InvalidInputError as error:
            raise ConflictError(
                f"No skill can be judged before the tracked branch has a valid {FILE}. {error.message}"
            ) from error

    def _places(self, name: str) -> Sequence[str]:
        """The folder of the skill, or else the folders of this name that were refused."""
        catalog, tenant = self._admin.catalog, self._admin.tenant
        with contextlib.suppress(NotFoundError):
            record = catalog.skill(tenant, name)
            if not record.deleted:
                return (record.path,)
        return tuple(entry.path for entry in catalog.quarantined(tenant, name))


def _disputed(name: str, places: Sequence[str]) -> str:
    named = ", ".join(quoted(place, _PATH) for place in places[:_NAMED])
    more = " and others" if len(places) > _NAMED else ""
    return (
        f"Several folders claim the name {quoted(name)}: {named}{more}. "
        "Delete or rename all but one of them in the registry repository, then upload the skill again."
    )


async def _content(request: Request, file: UploadFile) -> bytes:
    parts = [name for name, _ in (await request.form()).multi_items()]
    if parts != [_PART]:
        sent = ", ".join(map(quoted, parts[:5]))
        raise InvalidInputError(f"Send exactly one part, named `{_PART}`; got {sent}.")
    content = await file.read()
    if not content:
        raise InvalidInputError("The uploaded file is empty; send a zip of one skill.")
    return content
