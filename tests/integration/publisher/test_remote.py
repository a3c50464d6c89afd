"""Stories of a registry repository that stands at a URL, over real `git http-backend`."""

import base64
import itertools
import os
from collections.abc import Iterator
from contextlib import closing

import pytest

from builders import skill_folder
from catalog_builders import TENANT
from git_fixtures import BRANCH, clone, git
from git_over_http import GitServer, git_server
from mcpskills.adapters.git.forge import LocalForge
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.errors import UnavailableError
from mcpskills.proposal import ProposedChange
from publisher_scene import Scene


@pytest.fixture
def server(registry: Scene) -> Iterator[GitServer]:
    """Serves the scene's repository, and the publisher looks there."""
    with git_server(registry.root) as running:
        registry.registry = f"{running.url}/registry.git"
        yield running


def test_a_push_over_http_is_published_from_a_mirror(registry: Scene, server: GitServer):
    commit = clone(registry.registry, registry.root / "elsewhere").publish(skill_folder())

    registry.reconcile()

    assert registry.live() == {"pdf-forms": 1}
    assert registry.catalog.published(TENANT).commit == commit


def test_an_empty_repository_at_a_url_publishes_nothing(registry: Scene, server: GitServer):
    summary = registry.reconcile()

    assert (summary.commit, registry.live()) == (None, {})


def test_only_what_is_new_is_fetched(registry: Scene, server: GitServer):
    registry.work.publish(skill_folder(files={"assets/noise.bin": os.urandom(400_000)}))
    registry.reconcile()
    first = sum(server.sent)
    registry.work.publish(skill_folder("apple-pie"))
    server.sent.clear()

    registry.reconcile()

    assert registry.live() == {"apple-pie": 1, "pdf-forms": 1}
    assert first > 400_000 > 10 * sum(server.sent)


def test_nothing_new_at_the_url_publishes_nothing(registry: Scene, server: GitServer):
    registry.work.publish(skill_folder())
    registry.reconcile()

    summary = registry.reconcile()

    assert (summary.done.published, registry.catalog.generation(TENANT)) == ((), 1)


def test_a_rewritten_history_at_the_url_freezes_and_goes_on_when_restored(registry: Scene, server: GitServer):
    first = registry.work.publish(skill_folder(body="One.\n"))
    second = registry.work.publish(skill_folder(body="Two.\n"))
    registry.reconcile()
    registry.work.reset(first)
    registry.work.put(skill_folder(body="Rewritten.\n"))
    registry.work.push(force=True)

    assert registry.reconcile().frozen is not None

    registry.work.reset(second)
    registry.work.put(skill_folder(body="Three.\n"))
    registry.work.push(force=True)

    assert registry.reconcile().frozen is None
    assert registry.live() == {"pdf-forms": 2}


def test_a_branch_that_is_deleted_at_the_url_freezes(registry: Scene, server: GitServer):
    registry.work.publish(skill_folder())
    registry.reconcile()
    git(registry.origin, "update-ref", "-d", "refs/heads/main")

    assert registry.reconcile().frozen is not None


def test_a_server_that_is_down_is_one_clear_sentence_and_what_is_live_stays(registry: Scene, server: GitServer):
    registry.work.publish(skill_folder())
    registry.reconcile()
    server.broken = True

    with pytest.raises(UnavailableError, match=r"registry\.git \(branch 'main'\) cannot be read .*Check the address"):
        registry.reconcile()

    assert registry.live() == {"pdf-forms": 1}

    server.broken = False
    registry.work.publish(skill_folder("apple-pie"))
    registry.reconcile()

    assert registry.live() == {"apple-pie": 1, "pdf-forms": 1}


def test_nobody_listening_is_one_clear_sentence(registry: Scene):
    registry.registry = "http://127.0.0.1:1/registry.git"

    with pytest.raises(UnavailableError, match=r"cannot be read \(Connection refused\)"):
        registry.reconcile()


def test_credentials_are_sent_and_never_shown(registry: Scene, server: GitServer):
    server.credentials = "Basic " + base64.b64encode(b"robot:s3cret").decode()
    registry.work.publish(skill_folder())
    plain = registry.registry

    registry.registry = plain.replace("//", "//robot:wr0ng@")
    with pytest.raises(UnavailableError, match="refuses the credentials") as refused:
        registry.reconcile()
    registry.registry = plain.replace("//", "//robot:s3cret@")
    registry.reconcile()

    assert "wr0ng" not in refused.value.message
    assert registry.live() == {"pdf-forms": 1}


def test_a_file_url_is_mirrored_too(registry: Scene):
    registry.registry = registry.origin.as_uri()
    registry.work.publish(skill_folder())
    registry.reconcile()
    registry.work.publish(skill_folder(body="Two.\n"))

    registry.reconcile()

    assert registry.live() == {"pdf-forms": 2}


def test_a_proposal_is_pushed_as_a_branch_to_the_url(registry: Scene, server: GitServer):
    base = registry.work.publish(skill_folder())
    forge = LocalForge(GitRepository.open(registry.registry, registry.data / "mirrors"), BRANCH)
    wanted = skill_folder(body="Better.\n")

    proposal = forge.propose(ProposedChange(wanted.path, wanted.entries, "Say it better", "", "Ada"))

    assert git(registry.origin, "rev-parse", proposal.branch) == proposal.commit
    assert git(registry.origin, "show", f"{proposal.commit}:skills/pdf-forms/SKILL.md").endswith("Better.")
    assert git(registry.origin, "rev-parse", BRANCH) == base
    assert list(forge.proposals()) == [proposal]

    git(registry.origin, "branch", "-D", proposal.branch)

    assert list(forge.proposals()) == []


def test_what_went_away_while_it_was_read_is_not_in_the_mirror(registry: Scene):
    commit = registry.work.publish(skill_folder())
    git(registry.work.path, "commit", "--quiet", "--allow-empty", "--message", "Only proposed")
    git(registry.work.path, "push", "--quiet", "origin", "HEAD:refs/heads/proposal/short-lived")
    # dulwich stumbles over an empty reference after it has asked what is wanted.
    stumbling = registry.origin / "refs" / "heads" / "stumbling"
    stumbling.touch()
    tries = itertools.count()

    def credentials() -> tuple[str, str]:
        if next(tries):
            git(registry.origin, "update-ref", "-d", "refs/heads/proposal/short-lived")
            stumbling.unlink()
        return "", ""

    with closing(GitRepository.open(registry.origin.as_uri(), registry.root / "mirrors", credentials)) as repository:
        repository.fetch(BRANCH)

        assert (repository.head(BRANCH), repository.proposals()) == (commit, {})
