"""A version names the commit that brought its content in, whatever else was merged since the last reconcile."""

import subprocess
from contextlib import closing

from builders import skill_folder
from catalog_builders import TENANT
from git_fixtures import BRANCH, git
from mcpskills import trust
from mcpskills.adapters.git.allowed_signers import AllowedSigners
from mcpskills.adapters.git.forge import LocalForge
from mcpskills.adapters.git.rebuilding import rebuild
from mcpskills.adapters.git.repository import GitRepository
from mcpskills.adapters.signing.file_key import FileKey
from mcpskills.adapters.signing.verifying import TrustedKeys
from mcpskills.proposal import Proposal, ProposedChange
from mcpskills.provenance import Provenance
from mcpskills.settings import SIGNING_KEY
from mcpskills_publisher.arrival import COMMIT_LIMIT, Arrivals
from publisher_scene import Scene


def stated(registry: Scene, name: str, number: int = 1) -> Provenance:
    """What is signed of a version; Git gives its package again by the commit that it names."""
    version = registry.catalog.version(TENANT, name, number)
    trusted = TrustedKeys.read((FileKey.open(registry.data / SIGNING_KEY).public_pem,))
    said = trust.check(TENANT, version, trusted.verify)
    with closing(repository(registry)) as opened:
        assert rebuild(opened, said.origin).digest == version.digest
    return said


def repository(registry: Scene) -> GitRepository:
    return GitRepository.open(registry.registry, registry.root / "mirrors")


def merged(registry: Scene, name: str, who: str) -> tuple[Proposal, str]:
    """A skill that `who` proposed and merged, and the merge commit."""
    folder = skill_folder(name)
    with closing(repository(registry)) as opened:
        forge = LocalForge(opened, BRANCH)
        proposal = forge.propose(ProposedChange(folder.path, folder.entries, f"Add {name}", "", "ada"))
        forge.merge(proposal.id, proposal.commit, who)
    return proposal, git(registry.origin, "rev-parse", BRANCH)


def in_time() -> None:
    """Nobody waits for the lease."""


def pulled(registry: Scene) -> None:
    git(registry.work.path, "pull", "--quiet", "--ff-only", "origin", BRANCH)


def test_two_proposals_that_were_merged_between_two_reconciles_have_each_their_own_merger(registry: Scene):
    registry.work.publish(skill_folder("first"))
    registry.reconcile()
    one, by_grace = merged(registry, "apple-pie", "grace")
    two, by_linus = merged(registry, "pdf-forms", "linus")
    pulled(registry)
    head = registry.work.publish(skill_folder("last"))

    registry.reconcile()

    said = [stated(registry, name) for name in ("apple-pie", "pdf-forms", "last")]
    assert [each.origin.commit for each in said] == [by_grace, by_linus, head]
    assert [(each.review.proposal, each.review.merger) for each in said] == [
        (one.id, "grace"),
        (two.id, "linus"),
        (None, None),
    ]
    assert registry.catalog.published(TENANT).commit == head


def test_what_a_merge_of_several_commits_brings_arrived_by_the_merge(registry: Scene):
    start = registry.work.publish(skill_folder("first"))
    registry.reconcile()
    registry.work.put(skill_folder(body="A draft.\n"))
    registry.work.commit()
    registry.work.put(skill_folder(body="Done.\n"), skill_folder("apple-pie"))
    side = registry.work.commit()
    registry.work.reset(start)
    registry.work.publish(skill_folder("meanwhile"))
    git(registry.work.path, "merge", "--quiet", "--no-ff", "-m", "Merge pull request #7 from ada/pdf", side)
    merge = registry.work.head
    registry.work.write({"README.md": "About us.\n"})
    registry.work.push()

    registry.reconcile()

    said = [stated(registry, name) for name in ("apple-pie", "pdf-forms")]
    assert {each.origin.commit for each in said} == {merge}
    assert {each.review.proposal for each in said} == {"7"}
    assert stated(registry, "meanwhile").review.proposal is None


def test_the_first_publish_of_a_long_history_finds_each_commit(registry: Scene):
    first = registry.work.publish(skill_folder("apple-pie"), skill_folder(body="One.\n"))
    second = registry.work.publish(skill_folder(body="Two.\n"))
    for number in range(30):
        registry.work.write({"README.md": f"{number}\n"})
        registry.work.commit()
    registry.work.push()

    registry.reconcile()

    assert stated(registry, "apple-pie").origin.commit == first
    assert stated(registry, "pdf-forms").origin.commit == second


def test_content_that_waited_in_quarantine_names_the_commit_that_brought_it(registry: Scene):
    registry.work.write({"registry.toml": "[limits]\npackage-bytes = 1\n"})
    brought = registry.work.publish(skill_folder())
    registry.reconcile()
    waited = registry.quarantined()
    registry.work.write({"registry.toml": ""})
    registry.work.push()

    registry.reconcile()

    assert waited.keys() == {"skills/pdf-forms"}
    assert stated(registry, "pdf-forms").origin.commit == brought


def test_a_folder_that_another_skill_hid_can_be_built_again_from_the_commit_that_brought_it(registry: Scene):
    brought = registry.work.publish(
        skill_folder("pdf", path="skills/pdf"), skill_folder("forms", path="skills/pdf/forms")
    )
    registry.reconcile()
    (registry.work.path / "skills" / "pdf" / "SKILL.md").unlink()
    registry.work.push()

    registry.reconcile()

    assert stated(registry, "forms").origin.commit == brought


def taken_by(registry: Scene, name: str) -> str:
    """The commit that the audit trail says took the skill away."""
    [entry] = [each for each in registry.catalog.audit(TENANT, 20) if (each.action, each.skill) == ("tombstone", name)]
    return str(entry.detail["commit"])


def test_a_skill_that_is_gone_names_the_commit_that_deleted_it(registry: Scene):
    registry.work.publish(skill_folder(), skill_folder("apple-pie"), skill_folder("first"))
    registry.reconcile()
    deleted = []
    for name in ("pdf-forms", "apple-pie"):
        registry.work.delete(f"skills/{name}")
        deleted.append(registry.work.push())
    registry.work.publish(skill_folder("last"))

    registry.reconcile()

    assert [taken_by(registry, name) for name in ("pdf-forms", "apple-pie")] == deleted
    assert registry.live() == {"first": 1, "last": 1}


def test_a_skill_that_another_one_swallowed_names_the_head(registry: Scene):
    registry.work.publish(skill_folder("forms", path="skills/pdf/forms"))
    registry.reconcile()
    registry.work.write({"skills/pdf/SKILL.md": skill_folder("pdf").entries["SKILL.md"].content})
    registry.work.commit()
    head = registry.work.publish(skill_folder("last"))

    registry.reconcile()

    assert taken_by(registry, "forms") == head


def test_where_a_shallow_clone_ends_the_head_stands_for_what_was_there_before(registry: Scene):
    registry.work.publish(skill_folder("older"))
    registry.work.publish(skill_folder("apple-pie"))
    later = registry.work.publish(skill_folder())
    registry.work.write({"README.md": "About us.\n"})
    head = registry.work.push()
    git(registry.root, "clone", "--quiet", "--bare", "--depth=3", registry.origin.as_uri(), "shallow.git")

    with closing(GitRepository.open(str(registry.root / "shallow.git"), registry.root / "mirrors")) as shallow:
        arrivals = Arrivals(shallow, AllowedSigners(), shallow.commit(head), ["skills/apple-pie", "skills/pdf-forms"])

        assert arrivals.of("skills/pdf-forms", in_time).commit.id == later
        assert arrivals.of("skills/apple-pie", in_time).commit.id == head


def test_a_long_way_back_renews_the_lease_before_each_commit(registry: Scene):
    registry.work.publish(skill_folder())
    head = many_commits(registry, 10)
    renewed = []

    with closing(repository(registry)) as opened:
        arrivals = Arrivals(opened, AllowedSigners(), opened.commit(head), ["skills/pdf-forms"])
        arrivals.of("skills/pdf-forms", lambda: renewed.append(1))

    assert len(renewed) == 11


def test_what_is_older_than_the_limit_of_commits_is_said_to_come_from_the_head(registry: Scene):
    registry.work.publish(skill_folder())
    head = many_commits(registry, COMMIT_LIMIT)

    registry.reconcile()

    assert stated(registry, "pdf-forms").origin.commit == head


def many_commits(registry: Scene, count: int) -> str:
    """So many commits on top of the branch that change nothing; gives the last."""
    empty = f"commit refs/heads/{BRANCH}\ncommitter Ada <ada@example.org> 0 +0000\ndata 0\n"
    stream = f"{empty}from refs/heads/{BRANCH}^0\n" + (count - 1) * f"{empty}\n"
    subprocess.run(["git", "-C", registry.origin, "fast-import", "--quiet"], input=stream.encode(), check=True)
    return git(registry.origin, "rev-parse", BRANCH)
