"""The skills that a change touches, read from Git: what a pull request is judged by. See `selection`."""

import contextlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mcpskills import claims
from mcpskills.adapters.git.checkout import Checkout
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.cli.choice import prefix_of
from mcpskills.cli.registry import today
from mcpskills.cli.selection import Around, Selected, Selection
from mcpskills.errors import InvalidInputError
from mcpskills.folder import SkillFolder
from mcpskills.validation.neighbours import neighbours
from mcpskills.validation.policy import FILE, Policy
from mcpskills.validation.registry import CODE_OWNERS, Registry
from mcpskills.validation.registry_toml import policy_of
from mcpskills.validation.subject import ALONE


@dataclass(frozen=True, slots=True)
class GitFolder:
    """A folder of a commit, as Git has it and not as the work tree has it."""

    repository: str
    at: str
    tree: str

    def read(self) -> SkillFolder:
        return _repository(self.repository).folder(self.at, self.tree)

    def stamp(self) -> str:
        return self.tree


def by_change(start: Path, change: str, policy: Policy | None = None) -> Selection:
    """The skills whose content differs between two commits, judged by the policy of the first.

    `change` is `BASE..HEAD`, or `BASE` alone for `BASE..HEAD`. What only moved on in BASE is no change. Raises
    `InvalidInputError` and `NotFoundError`.
    """
    checkout = Checkout(start)
    base_name, _, head_name = change.partition("..")
    base, head = checkout.resolve(base_name), checkout.resolve(head_name.lstrip(".") or "HEAD")
    repository = checkout.repository
    before = repository.skill_folders(checkout.parting(base, head))
    after = repository.skill_folders(head)
    trusted, left, fault = _policies(repository, base, head)
    judged_by = policy or trusted
    sources = {at: GitFolder(str(checkout.root), at, tree) for at, tree in after.items()}
    beside = neighbours(sources, sources, live={claims.name_of(path): path for path in before})
    prefix = prefix_of(checkout.root)
    changed = tuple(at for at, tree in after.items() if before.get(at) != tree)
    registry = Registry(tuple(after), owners=_owners(repository, head), policy_fault=fault)
    return Selection(
        tuple(Selected(sources[at], judged_by, beside.get(at, ALONE), prefix) for at in changed),
        (Around(registry, policy or left, prefix, sources),),
    )


def _owners(repository: GitRepository, commit: str) -> str | None:
    for at in CODE_OWNERS:
        # A forge does not follow a link there either.
        with contextlib.suppress(InvalidInputError):
            owners = repository.file(commit, at)
            if owners is not None:
                return owners.decode("utf-8", "replace")
    return None


def _policies(repository: GitRepository, base: str, head: str) -> tuple[Policy, Policy, str | None]:
    """By what skills are judged, by what the policy that the change leaves behind, and why that one cannot be read."""
    try:
        trusted = policy_of(repository.file(base, FILE), today())
    except InvalidInputError:
        # Whoever mends a broken policy is judged by the product's own; the broken one judges nobody.
        trusted = Policy()
    try:
        return trusted, trusted.proposed(policy_of(repository.file(head, FILE), today())), None
    except InvalidInputError as error:
        return trusted, trusted, error.message


@cache
def _repository(location: str) -> GitRepository:
    return GitRepository.open(location, Path(location))
