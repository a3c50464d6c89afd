"""What became of a proposal, kept in the repository: a chain of commits at `refs/mcpskills/proposals/<id>`.

Each commit holds `record.json` and has the record before it and the proposal's head as parents, so that `git log` tells the
story and the head stays readable after its branch is gone. Whoever may push may write a record, as they may push a branch.
"""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from dulwich.objects import ObjectID
from dulwich.refs import Ref

from mcpskills.adapters.git.moves import Move
from mcpskills.adapters.git.remote import RECORDS
from mcpskills.adapters.git.writing import Draft, identity
from mcpskills.folder import Entry
from mcpskills.proposal import Approval, Ending, ProposalState

FILE = "record.json"


@dataclass(frozen=True, slots=True)
class Record:
    """The head that was seen last, who said yes, and how it ended. `at` is the record's own commit, None before the first."""

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
    parents = [ObjectID(oid.encode()) for oid in (record.at, record.head) if oid]
    message = f"{action} the proposal {which}\n"
    tree = draft.folder(entries) or draft.empty()
    commit = draft.commit(tree, parents, author=identity(by), message=message, at=datetime.now(UTC))
    return Move(Ref(reference(which).encode("utf-8", "surrogateescape")), parents[0] if record.at else None, commit)


def read(content: bytes | None, at: str) -> Record | None:
    """The record that a file holds; None for one that nobody of us wrote."""
    try:
        data = json.loads(content or b"")
        ending = data["ending"]
        return Record(
            head=_hex(data["head"]),
            state=ProposalState(data["state"]),
            approvals=tuple(
                Approval(str(yes["by"]), _time(yes["at"]), _hex(yes["commit"]), str(yes["comment"]))
                for yes in data["approvals"]
            ),
            ending=ending and _ending(ending),
            at=at,
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def approved(record: Record, approval: Approval) -> Record:
    """The record with somebody's yes; as it is when the same person said yes to the same commit before."""
    if any((yes.by, yes.commit) == (approval.by, approval.commit) for yes in record.approvals):
        return record
    return replace(record, approvals=(*record.approvals, approval))


def _ending(ending: Any) -> Ending:
    commit = ending["commit"]
    return Ending(str(ending["by"]), _time(ending["at"]), str(ending["comment"]), commit and _hex(commit))


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


def _hex(text: Any) -> str:
    bytes.fromhex(text)
    return str(text)


def _time(text: Any) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
