"""Routes that take a zip. It is read in memory, judged by the rules, and at most proposed: the store is never written here."""

import asyncio
from typing import Annotated

from fastapi import File, Request, UploadFile

from mcpskills import archive, package
from mcpskills.claims import SKILLS_ROOT
from mcpskills.errors import InvalidInputError, NotFoundError
from mcpskills.folder import SkillFolder
from mcpskills.ports import ProposedChange
from mcpskills.printable import quoted
from mcpskills.validation.policy import Limits
from mcpskills.validation.validate import Verdict, validate
from mcpskills.version import SkillRecord
from mcpskills_server import problems
from mcpskills_server.admin import views
from mcpskills_server.admin.changing import actor
from mcpskills_server.admin.models import Uploaded, Validated
from mcpskills_server.admin.parts import Admin
from mcpskills_server.problems import RefusedSkillError

MEDIA_TYPE = "multipart/form-data"
_PART = "file"
_OVERHEAD = 5 * 1024 * 1024

Zip = Annotated[UploadFile, File(alias=_PART, description="A zip of one skill: its folder, or the files in it.")]


def body_bytes(limits: Limits) -> int:
    """The most that is read of an upload: a package, and what zip and multipart add to it."""
    return limits.package_bytes + _OVERHEAD


class Uploading:
    """The two routes share everything but their end."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin

    async def validate_upload(self, request: Request, file: Zip) -> Validated:
        """Judge a skill by the rules of the registry, as a pull request would be. Changes nothing.

        A skill that breaks rules is a good answer with `ok` false; only a zip that cannot be read is an error.
        """
        folder, _, verdict = await self._judge(await _content(request, file))
        return Validated(
            ok=verdict.ok,
            name=folder.name,
            files=len(folder.files),
            size=sum(entry.size for entry in folder.files.values()),
            findings=problems.views(verdict.findings),
        )

    async def upload(self, request: Request, file: Zip) -> Uploaded:
        """Propose a skill: a pull request that puts it in its present folder, or in `skills/<name>` when it is new.

        Nothing is served before the proposal is merged. A skill that breaks rules is refused with all findings.
        """
        folder, record, verdict = await self._judge(await _content(request, file))
        if not verdict.ok:
            raise RefusedSkillError(f"The skill breaks rules: {verdict.reason}", verdict.findings)
        change = ProposedChange(
            folder=folder.path,
            entries=folder.entries,
            title=f"{'Update' if record else 'Add'} {folder.name}",
            body=f"Uploaded through the admin API: {len(folder.files)} files, package {package.build(folder).digest}.",
            author=actor(request),
        )
        proposal = await asyncio.to_thread(self._admin.forge.propose, change)
        return Uploaded(
            folder=folder.path, proposal=views.proposal(proposal), findings=problems.views(verdict.findings)
        )

    async def _judge(self, content: bytes) -> tuple[SkillFolder, SkillRecord | None, Verdict]:
        return await asyncio.to_thread(self._judge_now, content)

    def _judge_now(self, content: bytes) -> tuple[SkillFolder, SkillRecord | None, Verdict]:
        admin = self._admin
        read = archive.read_zip(content, admin.limits)
        record = self._present(read.name)
        folder = SkillFolder(record.path if record else f"{SKILLS_ROOT}/{read.name}", read.entries)
        return folder, record, validate(folder, admin.limits)

    def _present(self, name: str) -> SkillRecord | None:
        try:
            record = self._admin.catalog.skill(self._admin.tenant, name)
        except NotFoundError:
            return None
        return None if record.deleted else record


async def _content(request: Request, file: UploadFile) -> bytes:
    parts = [name for name, _ in (await request.form()).multi_items()]
    if parts != [_PART]:
        sent = ", ".join(map(quoted, parts[:5]))
        raise InvalidInputError(f"Send exactly one part, named `{_PART}`; got {sent}.")
    content = await file.read()
    if not content:
        raise InvalidInputError("The uploaded file is empty; send a zip of one skill.")
    return content
