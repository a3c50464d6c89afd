"""What `mcpskills up` says once it serves: where things are, how to change a skill, how to connect a client."""

import shlex
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mcpskills.access import Role
from mcpskills.api_key import WholeKey
from mcpskills.cli import credential
from mcpskills.cli.dashboard_process import Dashboard
from mcpskills.printable import printable
from mcpskills.snapshot import Snapshot

_NAME = "mcpskills"
_DEFAULT_URL = "http://127.0.0.1:8000"
_HEADER = f'"Authorization: Bearer ${credential.VARIABLE}"'
"""What has a client say who calls, as an argument of a shell."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who is let in: with the key that was just made, if one was, or without any as what `anonymous` says, if it says so."""

    made: WholeKey | None
    anonymous: Role | None


@dataclass(frozen=True, slots=True)
class Started:
    """Where everything is. `branch` is set for a repository of the user's own, `polled_seconds` for one at a URL."""

    url: str
    registry: str
    branch: str | None
    polled_seconds: float | None
    data: Path
    log: Path
    access: Access
    dashboard: Dashboard | None = None


@dataclass(frozen=True, slots=True)
class Publishing:
    """How the first comparison of Git and catalog went: why it failed, or whether there was nothing to compare."""

    failure: str | None
    empty: bool


def lines(started: Started, publishing: Publishing, snapshot: Snapshot, *, quarantined: int) -> Iterator[str]:
    yield f"Open MCP Skills serves {_count(len(snapshot.names), 'skill')}."
    if publishing.failure is not None:
        yield f"They are the ones of the last start. {printable(publishing.failure, 2000)} It is tried again."
    if publishing.empty:
        missing = f"There is no branch {started.branch or 'main'!r} in the registry repository yet"
        yield f"{missing}: push to it, or choose another with --branch."
    if quarantined:
        yield f"{_count(quarantined, 'folder')} held back; `{_command(started, 'list --status error')}` says why."
    yield ""
    yield f"  MCP URL    {started.url}/mcp"
    if started.dashboard is not None and started.dashboard.url is not None:
        yield f"  Dashboard  {started.dashboard.url}"
    yield f"  Registry   {started.registry}"
    yield f"  Data       {started.data}"
    yield f"  Logs       {started.log}"
    yield ""
    if started.dashboard is not None and started.dashboard.missing is not None:
        yield f"There is no dashboard. {started.dashboard.missing}"
        yield ""
    yield from _how_to_come_in(started)
    yield ""
    yield from _how_to_change(started, snapshot)
    yield ""
    yield "Ctrl-C stops."


def _how_to_come_in(started: Started) -> Iterator[str]:
    access = started.access
    if access.made is not None:
        yield "Your API key. It may do everything, and is shown this once: keep it where you keep passwords."
        yield f"  export {credential.VARIABLE}={access.made.text}"
        yield "Others get keys of their own, which may do less:"
        yield f"  {_command(started, 'keys create NAME --role viewer')}"
        yield ""
    elif access.anonymous is None:
        yield "Callers need an API key. Yours was shown at the first start; another one, should it be lost, comes from"
        yield f"  {_program()} keys bootstrap --another --data {shlex.quote(str(started.data))}"
        yield ""
    if access.anonymous is not None:
        yield f"Who calls without an API key is {_article(access.anonymous)} here."
    yield "Connect Claude Code:" if access.anonymous else f"Connect Claude Code, where {credential.VARIABLE} is set:"
    header = "" if access.anonymous else f" --header {_HEADER}"
    yield f"  claude mcp add --transport http skills {started.url}/mcp{header}"


def _how_to_change(started: Started, snapshot: Snapshot) -> Iterator[str]:
    if started.polled_seconds is None:
        yield "Change a skill, and it is live within a second:"
    else:
        yield f"Change a skill; the registry repository is looked at every {started.polled_seconds:g} seconds:"
    branch = f"--branch {shlex.quote(started.branch)} " if started.branch else ""
    yield f"  git clone {branch}{shlex.quote(started.registry)} my-skills"
    yield f"  ${{EDITOR:-vi}} my-skills/{_example(snapshot)}/SKILL.md"
    yield "  git -C my-skills commit -am 'Change a skill' && git -C my-skills push"
    if started.polled_seconds is not None:
        header = "" if started.access.anonymous is Role.OWNER else f" -H {_HEADER}"
        yield f"  curl -X POST{header} {started.url}/admin/skills/reload-all   # look now"


def _example(snapshot: Snapshot) -> str:
    served = next(iter(snapshot.after(None, 1)), None)
    return shlex.quote(served.version.origin.path) if served else "skills/my-skill"


def _command(started: Started, arguments: str) -> str:
    """The command that asks this server, as this user can type it."""
    return f"{_program()} {arguments}" + ("" if started.url == _DEFAULT_URL else f" --url {started.url}")


def _program() -> str:
    """By its path when the shell would not find it."""
    found = shutil.which(_NAME)
    ours = Path(sys.argv[0])
    return _NAME if found and Path(found).resolve() == ours.resolve() else shlex.quote(str(ours))


def _article(role: Role) -> str:
    return f"an {role}" if role in {Role.ADMIN, Role.OWNER} else f"a {role}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
