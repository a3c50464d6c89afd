"""Prompts: one per skill that users may invoke, with its instructions as the message."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

import mcp_types as types

from mcpskills.errors import NotFoundError
from mcpskills.folder import MANIFEST_FILE, SKILL_FILE
from mcpskills.snapshot import ServedSkill, Snapshot
from mcpskills.version import Version
from mcpskills_server.mcp import paging, placeholders, provenance
from mcpskills_server.mcp.sight import view_of
from mcpskills_server.mcp.uris import SkillUri
from mcpskills_server.mcp.wire import Context
from mcpskills_server.replica import Replica

MAX_SCANS: Final = 20
"""Pages of skills looked at for one page of prompts: where few skills have one, a page is not full, but never slow."""

MAX_FILES_NAMED: Final = 50


class Prompts:
    """Answers from the replica's present view, as far as the caller sees it."""

    def __init__(self, replica: Replica, page_size: int) -> None:
        self._replica = replica
        self._page_size = page_size

    async def list_prompts(self, ctx: Context, params: types.PaginatedRequestParams | None) -> types.ListPromptsResult:
        snapshot = view_of(self._replica, ctx).snapshot
        page = _page(snapshot, paging.name_of(params.cursor if params else None, "prompts"), self._page_size)
        return types.ListPromptsResult(prompts=[_listed(skill) for skill in page.items], next_cursor=page.next_cursor)

    async def get_prompt(self, ctx: Context, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        served = find(view_of(self._replica, ctx).snapshot, params.name)
        texts = [placeholders.filled(served.skill, params.arguments or {}), *_others(served.version)]
        return answer(served.skill.description, texts, provenance.of(served.version))


def answer(description: str, texts: Sequence[str], meta: dict[str, object]) -> types.GetPromptResult:
    messages = [types.PromptMessage(role="user", content=types.TextContent(text=text)) for text in texts]
    return types.GetPromptResult(description=description, messages=messages, _meta=meta)


def find(snapshot: Snapshot, name: str) -> ServedSkill:
    """The skill behind a prompt. Raises `NotFoundError`."""
    served = snapshot.skills.get(name)
    if served is None or not served.skill.user_invocable:
        raise NotFoundError(f"There is no prompt {name[:80]!r}; prompts/list names those there are.")
    return served


def _page(snapshot: Snapshot, after: str | None, limit: int) -> paging.Page[ServedSkill]:
    found: list[ServedSkill] = []
    for _ in range(MAX_SCANS):
        scanned = snapshot.after(after, limit)
        found += [served for served in scanned if served.skill.user_invocable]
        if len(found) > limit or len(scanned) < limit:
            return paging.cut(found, limit, lambda served: served.name, "prompts")
        after = scanned[-1].name
    return paging.Page(found, paging.after(after, "prompts") if after else None)


def _listed(served: ServedSkill) -> types.Prompt:
    return types.Prompt(
        name=served.name,
        description=served.skill.description,
        arguments=[
            types.PromptArgument(name=argument.name, description=argument.hint, required=False)
            for argument in placeholders.arguments(served.skill)
        ],
        _meta=provenance.of(served.version),
    )


def _others(version: Version) -> Sequence[str]:
    others = [quote(file.path) for file in version.manifest.files if file.path != SKILL_FILE]
    return other_files(version.skill, version.number, others)


def other_files(name: str, number: int, others: Sequence[str]) -> Sequence[str]:
    """Says where the other files of a version are, by URIs of that version, to which these instructions belong.

    `others` are their paths, percent-encoded.
    """
    if not others:
        return []
    folder = SkillUri(name, "", number)
    lines = [f"The skill {name} (version {number}) has these other files; read one when the instructions ask for it:"]
    lines += [f"- {folder}/{path}" for path in others[:MAX_FILES_NAMED]]
    if len(others) > MAX_FILES_NAMED:
        lines.append(f"- {len(others) - MAX_FILES_NAMED} more, all listed by {SkillUri(name, MANIFEST_FILE, number)}")
    return ["\n".join(lines)]
