"""Parts of the admin API as somebody works with them who does not see every skill: what is hidden from them is not there."""

from collections.abc import Collection, Mapping, Sequence
from typing import Union

from mcpskills.access import Caller
from mcpskills.folder import SkillFolder
from mcpskills.version import Evaluation
from mcpskills_server.admin.known_names import KnownNames
from mcpskills_server.admin.trial import Trial
from mcpskills_server.replica import Replica, View


class SeenReplica:
    """What the admin API uses of a replica."""

    def __init__(self, replica: Union[Replica, "SeenReplica"], who: Caller) -> None:
        self._replica = replica
        self._who = who

    @property
    def view(self) -> View:
        return self._replica.view.seen_by(self._who)

    async def refresh(self) -> View:
        return (await self._replica.refresh()).seen_by(self._who)


class SeenNames:
    """What the admin API uses of `KnownNames`: a name that only a hidden skill has is free, as far as is told here."""

    def __init__(self, names: Union[KnownNames, "SeenNames"], hidden: frozenset[str]) -> None:
        self._names = names
        self._hidden = hidden

    def live(self, paths: Collection[str], folders: Collection[str]) -> Mapping[str, str]:
        live = self._names.live(paths, folders)
        return {name: folder for name, folder in live.items() if name not in self._hidden}


class SeenTrial:
    """`Trial` among the skills that are seen."""

    def __init__(self, trial: Union[Trial, "SeenTrial"], hidden: frozenset[str]) -> None:
        self._trial = trial
        self._hidden = hidden

    def evaluate(
        self, folders: Sequence[SkillFolder], *, refuse: bool, hidden: frozenset[str] = frozenset()
    ) -> dict[str, Evaluation]:
        return self._trial.evaluate(folders, refuse=refuse, hidden=self._hidden | hidden)
