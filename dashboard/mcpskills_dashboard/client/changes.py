"""Changes of what is served, each as it would come out and as it came out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

from mcpskills_dashboard.client.connection import PATIENT_SECONDS, Api, segment
from mcpskills_dashboard.client.rows import Row, read
from mcpskills_dashboard.client.skills import Hold, Standing


class State(Row):
    """A skill as far as changes move it. `standing` is of the version that the change is about."""

    status: str | None = None
    live_version: int | None = None
    wanted_version: int | None = None
    hold: Hold | None = None
    standing: Standing | None = None


class Preview(Row):
    """What a change would come to; `generation` may be its condition."""

    changed: bool = True
    before: State
    after: State
    generation: int


class Changed(Row):
    """What came of it. `proposal_error` says why a rollback has no proposal that brings Git along."""

    changed: bool
    generation: int
    proposal: Mapping[str, Any] | None = None
    proposal_error: str | None = None
    fields: Mapping[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """A request that has not been made: `body` without its reason, which goes where `reason_in` says."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    reason_in: str | None = "body"
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def previewed(self, api: Api) -> Preview:
        """What would change; nothing does."""
        return read(Preview, self._send(api, "…", None, preview=True))

    def made(self, api: Api, reason: str, if_match: int | None = None) -> Changed:
        """Make it, if the generation is the one that was looked at."""
        return read(Changed, self._send(api, reason, if_match))

    def _send(self, api: Api, reason: str, if_match: int | None, **more: Any) -> Any:
        body = None if self.body is None else dict(self.body)
        parameters = {**self.parameters, **more}
        if self.reason_in == "body":
            body = {**(body or {}), "reason": reason}
        elif self.reason_in == "query":
            parameters["reason"] = reason
        return api.send(self.method, self.path, body, if_match=if_match, seconds=PATIENT_SECONDS, **parameters)


def promotion(name: str, version: int) -> Change:
    return Change("POST", f"{_skill(name)}/promote", {"version": version})


def rollback(name: str, version: int, until: str) -> Change:
    """`until` is `lifted`, or `superseded` by content that is newer than the bad version."""
    return Change("POST", f"{_skill(name)}/rollback", {"version": version, "until": until})


def offline(name: str) -> Change:
    return Change("DELETE", _skill(name), reason_in="query")


def lift(name: str) -> Change:
    return Change("POST", f"{_skill(name)}/lift", reason_in=None)


def online(name: str) -> Change:
    return Change("POST", f"{_skill(name)}/online", reason_in=None)


def yank(name: str, version: int) -> Change:
    return Change("POST", f"{_skill(name)}/versions/{version}/yank", {})


def revocation(name: str, version: int) -> Change:
    return Change("POST", f"{_skill(name)}/versions/{version}/revoke", {})


def restoration(name: str, version: int) -> Change:
    return Change("POST", f"{_skill(name)}/versions/{version}/restore", reason_in=None)


def _skill(name: str) -> str:
    return f"/skills/{segment(name)}"
