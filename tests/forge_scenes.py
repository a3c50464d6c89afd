"""Forges for tests, each over one real bare repository that a story can look into and push to."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builders import skill_folder
from fakes.github import FakeGitHub, FakeRepository, github
from fakes.github_app import APP_ID, INSTALLATION_ID, private_key
from git_fixtures import BRANCH, Clone, bare, clone, git
from git_over_http import git_server
from mcpskills.adapters.git.forge import LocalForge
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.adapters.github.app import RegistryApp
from mcpskills.adapters.github.client import GitHubClient
from mcpskills.adapters.github.forge import GitHubForge
from mcpskills.adapters.github.tokens import InstallationTokens
from mcpskills.adapters.late_forge import LateForge
from mcpskills.folder import SkillFolder
from mcpskills.ports import Forge
from mcpskills.proposal import Proposal, ProposedChange

NAME = "acme/skills"


@dataclass(frozen=True)
class ForgeScene:
    """A forge whose tracked branch holds `skills/pdf-forms`, and a clone of it. `another` is the forge of a second process."""

    forge: Forge
    origin: Path
    work: Clone
    another: Callable[[], Forge]
    opened: Callable[[str, str], str]
    """Opens a proposal for a pushed branch, by branch and title, in the name of somebody else; gives its id."""

    def by_hand(self, folder: SkillFolder, branch: str = "proposal/by-hand") -> Proposal:
        """Somebody pushes a branch and proposes it."""
        self.work.put(folder)
        commit = self.work.commit("Change it by hand")
        git(self.work.path, "push", "--quiet", "origin", f"{commit}:refs/heads/{branch}")
        git(self.work.path, "fetch", "--quiet", "origin")
        self.work.reset(f"origin/{self.work.branch}")
        return self.forge.proposal(self.opened(branch, "Change it by hand"))

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


@contextmanager
def on_github(at: Path) -> Iterator[ForgeScene]:
    with github(at) as made:
        repository = made.create(NAME)
        work = clone(repository.path, at / "work")
        work.publish(skill_folder())

        def forge(name: str) -> GitHubForge:
            client = client_of(made, repository)
            mirror = GitRepository.open(client.app.location, at / name, client.tokens.credentials)
            return GitHubForge(client, mirror, BRANCH)

        def opened(branch: str, title: str) -> str:
            return str(repository.open(branch, title=title).number)

        yield ForgeScene(forge("mirrors"), repository.path, work, lambda: forge("other mirrors"), opened)


def client_of(made: FakeGitHub, repository: FakeRepository, **settings: Any) -> GitHubClient:
    """The App's client for a repository; `settings` are other fields of `RegistryApp`."""
    app = RegistryApp(
        **{
            "app_id": APP_ID,
            "installation_id": INSTALLATION_ID,
            "private_key": private_key(),
            "repository": repository.name,
            "repository_id": repository.id,
            "owner_id": repository.owner_id,
            "api": made.url,
            "web": made.url,
            **settings,
        }
    )
    return GitHubClient(app, InstallationTokens(app))


def _registry(at: Path) -> tuple[Path, Clone]:
    origin = bare(at / "registry.git")
    work = clone(origin, at / "work")
    work.publish(skill_folder())
    return origin, work


def _scene(origin: Path, work: Clone, opened: Callable[[str], GitRepository]) -> ForgeScene:
    """Opened late, as servers do."""
    return ForgeScene(
        forge=LateForge(lambda: LocalForge(opened("mirrors"), BRANCH)),
        origin=origin,
        work=work,
        another=lambda: LateForge(lambda: LocalForge(opened("other mirrors"), BRANCH)),
        opened=lambda branch, _: branch.removeprefix("proposal/"),
    )
