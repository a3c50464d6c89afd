"""Stories of branches that do not simply move on."""

import shutil

import pytest

from builders import skill_folder
from catalog_builders import TENANT
from git_fixtures import bare, git, pack_everything
from mcpskills.errors import UnavailableError
from publisher_scene import Scene


def published_twice(registry: Scene) -> tuple[str, str]:
    """Two commits, one skill, version 2 live."""
    first = registry.work.publish(skill_folder(body="One.\n"))
    registry.reconcile()
    second = registry.work.publish(skill_folder(body="Two.\n"))
    registry.reconcile()
    return first, second


def rewrite(registry: Scene, onto: str) -> str:
    """Push by force another commit on top of an earlier one."""
    registry.work.reset(onto)
    registry.work.put(skill_folder(body="Rewritten.\n"))
    return registry.work.push(force=True)


def test_an_older_commit_is_a_no_op(registry: Scene):
    first, second = published_twice(registry)
    registry.work.reset(first)
    registry.work.push(force=True)

    summary = registry.reconcile()

    assert (summary.commit, summary.frozen, summary.done.published) == (first, None, ())
    assert registry.live() == {"pdf-forms": 2}
    assert registry.catalog.published(TENANT).commit == second


def test_a_rewritten_history_freezes_publishing_and_keeps_serving(registry: Scene):
    first, second = published_twice(registry)
    rewritten = rewrite(registry, onto=first)

    summary = registry.reconcile()

    published = registry.catalog.published(TENANT)
    assert published.frozen == summary.frozen
    assert rewritten[:12] in published.frozen
    assert second[:12] in published.frozen
    assert (registry.live(), published.commit) == ({"pdf-forms": 2}, second)


def test_a_freeze_is_noted_once_however_often_the_publisher_looks(registry: Scene):
    first, _ = published_twice(registry)
    rewrite(registry, onto=first)

    for _ in range(3):
        registry.reconcile()

    assert [entry.action for entry in registry.catalog.audit(TENANT, 50)].count("freeze") == 1


def test_publishing_goes_on_when_the_history_is_restored(registry: Scene):
    first, second = published_twice(registry)
    rewrite(registry, onto=first)
    registry.reconcile()
    registry.work.reset(second)
    registry.work.put(skill_folder(body="Three.\n"))
    registry.work.push(force=True)

    registry.reconcile()

    assert registry.live() == {"pdf-forms": 3}
    assert registry.catalog.published(TENANT).frozen is None


def test_publishing_is_thawed_when_the_published_commit_itself_comes_back(registry: Scene):
    first, second = published_twice(registry)
    rewrite(registry, onto=first)
    registry.reconcile()
    registry.work.reset(second)
    registry.work.push(force=True)

    summary = registry.reconcile()

    assert (summary.frozen, registry.catalog.published(TENANT).frozen) == (None, None)
    assert registry.live() == {"pdf-forms": 2}


def test_a_merge_of_both_histories_thaws_as_well(registry: Scene):
    first, second = published_twice(registry)
    rewrite(registry, onto=first)
    registry.reconcile()
    git(registry.work.path, "merge", "--quiet", "--strategy=ours", "--message", "Merge both", second)
    registry.work.push()

    registry.reconcile()

    assert registry.live() == {"pdf-forms": 3}


def test_a_branch_that_is_deleted_freezes_and_keeps_serving(registry: Scene):
    _, second = published_twice(registry)
    git(registry.origin, "update-ref", "-d", "refs/heads/main")

    summary = registry.reconcile()

    assert "gone" in summary.frozen
    assert (registry.live(), registry.catalog.published(TENANT).commit) == ({"pdf-forms": 2}, second)


def test_unrelated_history_in_place_of_the_repository_freezes(registry: Scene):
    published_twice(registry)
    shutil.rmtree(registry.origin)
    bare(registry.origin)
    shutil.rmtree(registry.work.path / ".git")
    git(registry.work.path, "init", "--quiet", "--initial-branch=main")
    git(registry.work.path, "remote", "add", "origin", str(registry.origin))
    registry.work.publish(skill_folder(body="Unrelated.\n"))

    summary = registry.reconcile()

    assert summary.frozen is not None
    assert registry.live() == {"pdf-forms": 2}


def test_packed_references_and_objects_are_read(registry: Scene):
    registry.work.publish(skill_folder(body="One.\n"))
    pack_everything(registry.origin)
    publisher = registry.publisher()
    publisher.reconcile()
    registry.work.publish(skill_folder(body="Two.\n"))
    pack_everything(registry.origin)

    publisher.reconcile()

    assert registry.live() == {"pdf-forms": 2}


def test_another_branch_than_the_tracked_one_publishes_nothing(registry: Scene):
    registry.work.put(skill_folder())
    registry.work.commit()
    git(registry.work.path, "push", "--quiet", "origin", "HEAD:refs/heads/feature")

    summary = registry.reconcile()

    assert (summary.commit, registry.live()) == (None, {})


def test_a_registry_file_that_cannot_be_read_freezes_until_it_is_repaired(registry: Scene):
    published_twice(registry)
    registry.work.write({"registry.toml": "[limits]\nfiles = none\n"})
    registry.work.publish(skill_folder(body="Three.\n"))

    summary = registry.reconcile()

    assert "registry.toml" in summary.frozen
    assert registry.live() == {"pdf-forms": 2}

    registry.work.write({"registry.toml": "[limits]\nfiles = 9\n"})
    registry.work.push()
    registry.reconcile()

    assert (registry.live(), registry.catalog.published(TENANT).frozen) == ({"pdf-forms": 3}, None)


def test_a_repository_that_is_gone_is_one_clear_sentence_and_nothing_changes(registry: Scene):
    published_twice(registry)
    publisher = registry.publisher()
    registry.origin.rename(registry.root / "elsewhere.git")

    with pytest.raises(UnavailableError, match=r"registry repository .*registry\.git .*'main'.* cannot be"):
        publisher.reconcile()

    assert registry.live() == {"pdf-forms": 2}


def test_one_folder_that_git_lost_does_not_stop_the_others(registry: Scene):
    commit = registry.work.publish(
        skill_folder("apple-pie", files={"references/a.md": "unique words\n"}), skill_folder()
    )
    blob = git(registry.origin, "rev-parse", f"{commit}:skills/apple-pie/references/a.md")
    lost = registry.origin / "objects" / blob[:2] / blob[2:]
    kept = lost.read_bytes()
    lost.unlink()

    registry.reconcile()

    assert registry.live() == {"pdf-forms": 1}
    assert blob in registry.quarantined()["skills/apple-pie"]

    lost.write_bytes(kept)
    registry.reconcile()

    assert (registry.live(), registry.quarantined()) == ({"apple-pie": 1, "pdf-forms": 1}, {})
