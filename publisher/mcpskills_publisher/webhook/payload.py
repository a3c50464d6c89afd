"""What a delivery is about, decided without any I/O. To listen to one more kind of event: a row in `_EVENTS`.

https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from mcpskills.errors import InvalidInputError
from mcpskills.printable import quoted

PING = "ping"


class ForeignRepositoryError(InvalidInputError):
    """The delivery is signed, but it is of another repository, or the repository has another owner by now."""


@dataclass(frozen=True, slots=True)
class Source:
    """Whose deliveries count. The ids stay when names change hands, and names may be taken by somebody else."""

    repository: int
    owner: int
    branch: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the publisher is to look, and why, or why not."""

    wanted: bool
    reason: str


class _Owner(msgspec.Struct):
    id: int


class _Repository(msgspec.Struct):
    id: int
    owner: _Owner


class _About(msgspec.Struct):
    """All deliveries of a repository's own webhook name it; those of an organisation may not."""

    repository: _Repository | None = None


class _Push(msgspec.Struct):
    ref: str


class _Base(msgspec.Struct):
    ref: str


class _PullRequest(msgspec.Struct):
    number: int
    base: _Base
    merged: bool = False


class _PullRequestEvent(msgspec.Struct):
    action: str
    pull_request: _PullRequest


def judge(event: str, content: bytes, source: Source) -> Verdict:
    """Raises `ForeignRepositoryError`, and `InvalidInputError` for what GitHub does not send."""
    try:
        repository = msgspec.json.decode(content, type=_About).repository
        _check(repository, source)
        if event not in _EVENTS:
            return Verdict(wanted=False, reason=f"events {quoted(event)} change nothing that is published")
        if repository is None:
            raise InvalidInputError(f"An event {quoted(event)} names its repository, this one does not.")
        return _EVENTS[event](content, source)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInputError(f"The payload is no event {quoted(event)} of GitHub: {error}.") from error


def _check(repository: _Repository | None, source: Source) -> None:
    if repository is not None and (repository.id, repository.owner.id) != (source.repository, source.owner):
        raise ForeignRepositoryError(
            f"Expected the repository {source.repository} of owner {source.owner}, got {repository.id} of owner "
            f"{repository.owner.id}. If it was transferred on purpose, set MCPSKILLS_GITHUB_REPOSITORY_ID and "
            f"MCPSKILLS_GITHUB_OWNER_ID anew."
        )


def _push(content: bytes, source: Source) -> Verdict:
    """A deletion of the branch counts as well: the publisher freezes and says so."""
    ref = msgspec.json.decode(content, type=_Push).ref
    if ref == f"refs/heads/{source.branch}":
        return Verdict(wanted=True, reason="push")
    return Verdict(wanted=False, reason=f"{quoted(ref)} is not the tracked branch {quoted(source.branch)}")


def _pull_request(content: bytes, source: Source) -> Verdict:
    event = msgspec.json.decode(content, type=_PullRequestEvent)
    request = event.pull_request
    if event.action != "closed" or not request.merged:
        return Verdict(wanted=False, reason=f"pull request {request.number} was not merged by this")
    if request.base.ref != source.branch:
        return Verdict(
            wanted=False,
            reason=f"pull request {request.number} went into {quoted(request.base.ref)}, which is not the tracked branch",
        )
    return Verdict(wanted=True, reason=f"merge of pull request {request.number}")


_EVENTS: Mapping[str, Callable[[bytes, Source], Verdict]] = {"push": _push, "pull_request": _pull_request}
