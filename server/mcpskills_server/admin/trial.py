"""Trying the evals of skills that are only proposed, as the publisher will try them after the merge."""

from collections.abc import Mapping, Sequence
from threading import Lock

from mcpskills import skill
from mcpskills.adapters.search.index import SearchIndex
from mcpskills.canonical import canonical
from mcpskills.evals import judge, reading
from mcpskills.folder import SKILL_FILE, SkillFolder
from mcpskills.skill import Skill
from mcpskills.snapshot import Snapshot, difference
from mcpskills.version import Evaluation
from mcpskills_server.replica import Replica


class Trial:
    """Has an index of its own over what the replica serves, made when evals are first tried. May be used from any thread."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._lock = Lock()
        self._index: SearchIndex | None = None
        self._over: Snapshot | None = None
        self._added: frozenset[str] = frozenset()

    def evaluate(
        self, folders: Sequence[SkillFolder], *, refuse: bool, hidden: frozenset[str] = frozenset()
    ) -> dict[str, Evaluation]:
        """By path, of the folders that carry evals; each among what is served and the folders before it.

        The rules accept all of them. With `refuse`, one whose evals fail does not stand among those that follow. Raises
        `UnavailableError` before there is a snapshot. Skills of `hidden` names are served and left out.
        """
        found: dict[str, Evaluation] = {}
        if not any(map(reading.read, folders)):
            return found
        with self._lock:
            snapshot = self._replica.view.snapshot
            before: dict[str, Skill] = {}
            for folder in folders:
                served = canonical(folder)[0]
                candidate, evals = skill.read(served.entries[SKILL_FILE].content), reading.read(served)
                if evals:
                    among = {**before, candidate.name: candidate}
                    index = self._among(snapshot, among)
                    if left_out := hidden - among.keys():
                        index = index.without(left_out)
                    found[folder.path] = judge.evaluation(judge.evaluate(candidate.name, evals, index.names))
                    if refuse and found[folder.path].failed:
                        continue
                before[candidate.name] = candidate
        return found

    def _among(self, snapshot: Snapshot, added: Mapping[str, Skill]) -> SearchIndex:
        """What clients would search if these skills were live; good until the next call."""
        stale = self._added
        if self._index is None or self._over is None:
            self._index = SearchIndex.on_disk(served.skill for served in snapshot.skills.values())
        else:
            changes = difference(self._over, snapshot)
            stale |= changes.added | changes.removed | changes.updated
        back = {name: snapshot.skills[name].skill for name in stale if name in snapshot.skills}
        written = {**back, **added}
        self._index = self._index.changed(list(written.values()), stale - written.keys())
        self._over, self._added = snapshot, frozenset(added)
        return self._index
