"""What became of a proposal, kept in the repository: a chain of commits at `refs/mcpskills/proposals/<id>`.

Each commit holds `record.json` and has the record before it and the proposal's head as parents, so that `git log` tells the
story and the head stays readable after its branch is gone. Whoever may push may write a record, as they may push a branch.
"""

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from dulwich.objects import ObjectID
from dulwich.refs import Ref

from mcpskills.adapters.git import commits
from mcpskills.adapters.git.foreign import BadObjectError
from mcpskills.adapters.git.moves import Move
from mcpskills.adapters.git.objects import Objects
from mcpskills.adapters.git.remote import RECORDS
from mcpskills.adapters.git.writing import Draft, identity
from mcpskills.folder import Entry
from mcpskills.printable import printable
from mcpskills.proposal import Approval, Ending, ProposalState

FILE = "record.json"

LIMIT = 8 * 1024 * 1024
"""Bytes of a record; room for thousands of approvals."""

_NAME, _COMMENT = 200, 10_000
_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class Record:
    """The head that was seen last, who said yes, and how it ended. `at` is what its reference names, None before the first."""

    head: str
    state: ProposalState = ProposalState.OPEN
    approvals: tuple[Approval, ...] = ()
    ending: Ending | None = None
    at: str | None = None


def reference(which: str) -> str:
    return f"{RECORDS.decode()}{which}"


def move(draft: Draft, which: str, record: Record, *, by: str, action: str) -> Move:
    """Draft the record as the next of its chain, and say which way its reference goes."""
    entries = {FILE: Entry.file(_written(record))}
    before, head = (ObjectID(oid.encode()) if oid else None for oid in (record.at, record.head))
    parents = [oid for oid in (before, head) if oid and _is_commit(draft, oid)]
    message = f"{action} the proposal {which}\n"
    tree = draft.folder(entries) or draft.empty()
    commit = draft.commit(tree, parents, author=identity(by), message=message, at=datetime.now(UTC))
    return Move(Ref(reference(which).encode("utf-8", "surrogateescape")), before, commit)


def read(content: bytes | None, at: str) -> Record | None:
    """The record that a file holds, its texts shortened and printable; None for one that nobody of us wrote."""
    if content is None or len(content) > LIMIT:
        return None
    try:
        data = json.loads(content)
        ending = data["ending"]
        return Record(
            head=_hex(data["head"]),
            state=ProposalState(data["state"]),
            approvals=tuple(
                Approval(_name(yes["by"]), _time(yes["at"]), _hex(yes["commit"]), _comment(yes["comment"]))
                for yes in data["approvals"]
            ),
            ending=ending and _ending(ending),
            at=at,
        )
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None


def approved(record: Record, approval: Approval) -> Record:
    """The record with somebody's yes; as it is when the same person said yes to the same commit before."""
    if any((yes.by, yes.commit) == (approval.by, approval.commit) for yes in record.approvals):
        return record
    return replace(record, approvals=(*record.approvals, approval))


def _ending(ending: Any) -> Ending:
    commit = ending["commit"]
    return Ending(_name(ending["by"]), _time(ending["at"]), _comment(ending["comment"]), commit and _hex(commit))


def _written(record: Record) -> bytes:
    def plain(ending: Ending | Approval) -> dict[str, Any]:
        return {"by": ending.by, "at": ending.at.isoformat(), "commit": ending.commit, "comment": ending.comment}

    document = {
        "head": record.head,
        "state": record.state.value,
        "approvals": [plain(approval) for approval in record.approvals],
        "ending": plain(record.ending) if record.ending else None,
    }
    return json.dumps(document, indent=2).encode() + b"\n"


def _is_commit(draft: Draft, oid: ObjectID) -> bool:
    try:
        commits.read(Objects(draft.store), oid)
    except BadObjectError:
        # Whoever may push may have the reference name a blob; a commit with such a parent would break the repository.
        return False
    return True


def _hex(text: Any) -> str:
    if _ID.fullmatch(text) is None:
        raise ValueError(f"expected 40 or 64 hex digits in lower case, got {text!r}")
    return str(text)


def _name(text: Any) -> str:
    return printable(str(text), _NAME)


def _comment(text: Any) -> str:
    return "\n".join(printable(line, _COMMENT) for line in str(text)[:_COMMENT].split("\n"))


def _time(text: Any) -> datetime:
    found = datetime.fromisoformat(text)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
