"""Forges for tests, each over one real bare repository that a story can look into and push to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from builders import skill_folder
from git_fixtures import BRANCH, Clone, bare, clone, git
from git_over_http import git_server
from mcpskills.adapters.git.forge import LocalForge
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.folder import SkillFolder
from mcpskills.ports import Forge
from mcpskills.proposal import Proposal, ProposedChange


@dataclass(frozen=True)
class ForgeScene:
    """A forge whose tracked branch holds `skills/pdf-forms`, and a clone of it. `another` is the forge of a second process."""

    forge: Forge
    origin: Path
    work: Clone
    another: Callable[[], Forge]

    def propose(self, folder: SkillFolder, title: str = "Change a skill") -> Proposal:
        return self.forge.propose(change(folder, title))

    def push_to(self, proposal: Proposal, *folders: SkillFolder) -> str:
        """Somebody pushes one more commit to a proposal; gives the commit. The clone is back on its branch afterwards."""
        at = self.work.path
        git(at, "fetch", "--quiet", "origin")
        git(at, "checkout", "--quiet", "--detach", f"origin/{proposal.branch}")
        self.work.put(*folders)
        commit = self.work.commit("Change the proposal")
        git(at, "push", "--quiet", "origin", f"HEAD:refs/heads/{proposal.branch}")
        git(at, "checkout", "--quiet", self.work.branch)
        return commit

    def publish(self, *folders: SkillFolder) -> str:
        """Somebody pushes to the tracked branch as it is now."""
        git(self.work.path, "fetch", "--quiet", "origin")
        git(self.work.path, "reset", "--quiet", "--hard", f"origin/{self.work.branch}")
        return self.work.publish(*folders)

    def shown(self, path: str, at: str = BRANCH) -> str:
        """What the registry repository holds at a path."""
        return git(self.origin, "show", f"{at}:{path}")

    def holds(self, path: str) -> bool:
        return bool(git(self.origin, "ls-tree", BRANCH, path))


def change(folder: SkillFolder, title: str = "Change a skill", author: str = "Ada Author") -> ProposedChange:
    return ProposedChange(folder.path, folder.entries, title, "It is needed.", author)


@contextmanager
def local(at: Path) -> Iterator[ForgeScene]:
    origin, work = _registry(at)
    yield _scene(origin, work, lambda name: GitRepository.open(str(origin), at / name))


@contextmanager
def behind_a_url(at: Path) -> Iterator[ForgeScene]:
    origin, work = _registry(at)
    with git_server(at) as server:
        yield _scene(origin, work, lambda name: GitRepository.open(f"{server.url}/{origin.name}", at / name))


def _registry(at: Path) -> tuple[Path, Clone]:
    origin = bare(at / "registry.git")
    work = clone(origin, at / "work")
    work.publish(skill_folder())
    return origin, work


def _scene(origin: Path, work: Clone, opened: Callable[[str], GitRepository]) -> ForgeScene:
    return ForgeScene(
        forge=LocalForge(opened("mirrors"), BRANCH),
        origin=origin,
        work=work,
        another=lambda: LocalForge(opened("other mirrors"), BRANCH),
    )
