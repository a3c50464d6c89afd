"""A registry repository on GitHub as its workflows see it: `init` started it, and a proposal is checked out merged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from git_fixtures import Clone, git
from mcpskills import template
from mcpskills.adapters.git.seed import start
from workflows import act
from workflows.act import REPOSITORY, Run
from workflows.released import Released

_GITHUB = {"full_name": REPOSITORY, "default_branch": "main"}


@dataclass
class Registry:
    """The repository. `released` is what its CI installs from, where a workflow installs anything."""

    path: Path
    released: Released | None = None
    main: str = field(init=False)

    def __post_init__(self) -> None:
        self.main = start(self.path / "registry", template.location(), "main")
        git(self.clone.path, "remote", "add", "origin", f"https://github.com/{REPOSITORY}")

    @property
    def clone(self) -> Clone:
        return Clone(self.path / "registry")

    def land(self, change: Callable[[Clone], object]) -> None:
        """Make a change on the branch itself."""
        change(self.clone)
        self.main = self.clone.commit("Land")

    def pull_request(self, change: Callable[[Clone], object], *, fork: bool = False, **machine: str) -> Run:
        """Run `validate` for a pull request that makes a change."""
        head = self._merge(change)
        repository = "somebody/skills" if fork else REPOSITORY
        payload = {
            "number": 7,
            "repository": _GITHUB,
            "pull_request": {
                "number": 7,
                "base": {"ref": "main", "sha": self.main},
                "head": {"ref": "proposal", "sha": head, "repo": {"full_name": repository}},
            },
        }
        return self.run("validate", "pull_request", payload, **machine)

    def merge_group(self, change: Callable[[Clone], object]) -> Run:
        """Run `validate` for a merge queue's entry that makes a change."""
        self._merge(change)
        queued = {"base_sha": self.main, "head_sha": self.clone.head, "base_ref": "refs/heads/main"}
        return self.run("validate", "merge_group", {"repository": _GITHUB, "merge_group": queued})

    def run(self, workflow: str, event: str, payload: Mapping[str, Any], *options: str, **machine: str) -> Run:
        return act.run(
            self.clone.path,
            workflow,
            event,
            payload={"repository": _GITHUB, **payload},
            state=self.state,
            env={**(self.released.environment if self.released else {}), **machine},
            options=options,
        )

    @property
    def state(self) -> Path:
        return self.path / "state"

    def _merge(self, change: Callable[[Clone], object]) -> str:
        """Check out what GitHub makes of a proposal: its merge into the branch. Gives the proposal's own commit."""
        git(self.clone.path, "checkout", "--quiet", "-b", "proposal", "main")
        change(self.clone)
        head = self.clone.commit("Propose")
        git(self.clone.path, "checkout", "--quiet", "--detach", "main")
        git(self.clone.path, "merge", "--quiet", "--no-ff", "--message", "Merge", "proposal")
        return head
