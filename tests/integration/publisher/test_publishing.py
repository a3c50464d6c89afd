"""Stories of pushes and what becomes of them."""

import json

from builders import script, skill_folder, skill_md, symlink
from catalog_builders import TENANT
from git_fixtures import tree_of
from mcpskills.folder import SKILL_FILE
from mcpskills.package import build
from mcpskills.version import Status
from publisher_scene import Scene


def test_an_empty_repository_publishes_nothing(registry: Scene):
    summary = registry.reconcile()

    assert (summary.commit, summary.frozen, registry.live()) == (None, None, {})


def test_a_push_publishes_a_version_with_where_it_came_from(registry: Scene):
    folder = skill_folder(extra="metadata:\n  version: '2.1'", files={"scripts/fill.py": script("print(1)\n")})
    commit = registry.work.publish(folder)

    summary = registry.reconcile()

    version = registry.catalog.version(TENANT, "pdf-forms", 1)
    assert summary.done.published == ("pdf-forms",)
    assert registry.live() == {"pdf-forms": 1}
    assert registry.files("pdf-forms") == {path: entry.content for path, entry in folder.entries.items()}
    assert (version.digest, version.label, version.rewritten) == (build(folder).digest, "2.1", False)
    assert (version.origin.commit, version.origin.path, version.origin.author) == (commit, folder.path, "Ada Author")
    assert version.origin.tree == tree_of(registry.origin, commit, folder.path)
    assert version.manifest.get("scripts/fill.py").executable
    assert registry.catalog.published(TENANT).commit == commit


def test_a_second_push_of_the_same_commit_publishes_nothing(registry: Scene):
    registry.work.publish(skill_folder())
    registry.reconcile()
    registry.work.push()

    summary = registry.reconcile()

    assert summary.done.published == ()
    assert registry.catalog.generation(TENANT) == 1


def test_a_commit_that_changes_no_skill_publishes_nothing_and_is_remembered(registry: Scene):
    registry.work.publish(skill_folder())
    registry.reconcile()
    registry.work.write({"README.md": "About us.\n"})
    commit = registry.work.push()

    summary = registry.reconcile()

    assert (summary.done.published, summary.done.unchanged) == ((), 1)
    assert registry.catalog.published(TENANT).commit == commit
    assert registry.catalog.generation(TENANT) == 1


def test_only_the_skill_that_changed_is_looked_at(registry: Scene):
    registry.work.publish(skill_folder("apple-pie"), skill_folder("pdf-forms"))
    registry.reconcile()
    registry.work.publish(skill_folder("pdf-forms", body="Better.\n"))
    looked_at: set[str] = set()

    registry.reconcile(observe=lambda step, skill: looked_at.add(skill) if step == "read" else None)

    assert looked_at == {"pdf-forms"}
    assert registry.live() == {"apple-pie": 1, "pdf-forms": 2}


def test_skills_outside_the_skills_folder_are_not_published(registry: Scene):
    registry.work.publish(skill_folder(), skill_folder("csv-profile", path="examples/csv-profile"))

    registry.reconcile()

    assert registry.live() == {"pdf-forms": 1}


def test_folders_between_are_for_people(registry: Scene):
    registry.work.publish(skill_folder(path="skills/office/documents/pdf-forms"))

    registry.reconcile()

    assert registry.live() == {"pdf-forms": 1}


def test_a_broken_skill_is_quarantined_while_the_others_go_live(registry: Scene):
    registry.work.publish(skill_folder("apple-pie"), skill_folder("zebra-crossing"))
    registry.work.write({"skills/pdf-forms/SKILL.md": "No frontmatter.\n"})
    registry.work.push()

    summary = registry.reconcile()

    assert registry.live() == {"apple-pie": 1, "zebra-crossing": 1}
    assert summary.done.quarantined == ("pdf-forms",)
    assert "does not start with a frontmatter" in registry.quarantined()["skills/pdf-forms"]


def test_what_was_live_stays_live_when_its_folder_becomes_bad(registry: Scene):
    registry.work.publish(skill_folder())
    registry.reconcile()
    registry.work.publish(skill_folder(description="Bad."))

    registry.reconcile()

    record = registry.skill("pdf-forms")
    assert (record.live, record.status) == (1, Status.ACTIVE)
    assert record.load_error == registry.quarantined()["skills/pdf-forms"]


def test_a_bad_folder_is_not_looked_at_twice(registry: Scene):
    registry.work.publish(skill_folder(description="Bad."))
    registry.reconcile()
    registry.work.publish(skill_folder("apple-pie"))
    looked_at: list[str] = []

    registry.reconcile(observe=lambda _, skill: looked_at.append(skill))

    assert "pdf-forms" not in looked_at
    assert "skills/pdf-forms" in registry.quarantined()


def test_a_repaired_folder_leaves_quarantine(registry: Scene):
    registry.work.publish(skill_folder(description="Bad."))
    registry.reconcile()
    registry.work.publish(skill_folder())

    registry.reconcile()

    assert (registry.live(), registry.quarantined()) == ({"pdf-forms": 1}, {})


def test_undoing_a_bad_change_leaves_quarantine_without_a_new_version(registry: Scene):
    registry.work.publish(skill_folder())
    registry.reconcile()
    registry.work.publish(skill_folder(description="Bad."))
    registry.reconcile()
    registry.work.publish(skill_folder())

    registry.reconcile()

    assert (registry.live(), registry.quarantined()) == ({"pdf-forms": 1}, {})
    assert registry.catalog.generation(TENANT) == 1


def test_a_bad_folder_that_is_deleted_leaves_quarantine(registry: Scene):
    registry.work.publish(skill_folder(), skill_folder("apple-pie", description="Bad."))
    registry.reconcile()
    registry.work.delete("skills/apple-pie")
    registry.work.push()

    registry.reconcile()

    assert registry.quarantined() == {}


def test_every_odd_thing_in_a_folder_is_a_reason_and_never_a_crash(registry: Scene):
    registry.work.publish(skill_folder("good-one"), skill_folder("with-link", files={"link": symlink("/etc/passwd")}))
    registry.work.write(
        {"skills/with-bytes/SKILL.md": b"---\nname: \xff\n---\n", "skills/b\udcffd/SKILL.md": skill_md()}
    )
    registry.work.write({"skills/Upper/skill.md": skill_md("Upper"), "skills/too-big/SKILL.md": "x" * 200_000})
    registry.work.push()

    registry.reconcile()

    assert registry.live() == {"good-one": 1}
    assert set(registry.quarantined()) == {
        "skills/with-link",
        "skills/with-bytes",
        "skills/b\\xffd",
        "skills/Upper",
        "skills/too-big",
    }


def test_deleting_a_folder_takes_the_skill_away(registry: Scene):
    registry.work.publish(skill_folder("apple-pie"), skill_folder("pdf-forms"))
    registry.reconcile()
    registry.work.delete("skills/pdf-forms")
    registry.work.push()

    summary = registry.reconcile()

    assert summary.done.tombstoned == ("pdf-forms",)
    assert registry.live() == {"apple-pie": 1}
    assert registry.skill("pdf-forms").deleted


def test_a_deleted_skill_that_comes_back_changed_gets_the_next_number(registry: Scene):
    registry.work.publish(skill_folder())
    registry.reconcile()
    registry.work.delete("skills/pdf-forms")
    registry.work.push()
    registry.reconcile()
    registry.work.publish(skill_folder(body="Anew.\n"))

    registry.reconcile()

    assert registry.live() == {"pdf-forms": 2}


def test_a_deleted_skill_that_comes_back_the_same_gets_its_version_back(registry: Scene):
    registry.work.publish(skill_folder())
    registry.reconcile()
    registry.work.delete("skills/pdf-forms")
    registry.work.push()
    registry.reconcile()
    registry.work.publish(skill_folder())

    registry.reconcile()

    assert registry.live() == {"pdf-forms": 1}


def test_reverting_a_change_promotes_the_earlier_version(registry: Scene):
    for body in ("One.\n", "Two.\n", "One.\n"):
        registry.work.publish(skill_folder(body=body))
        registry.reconcile()

    record = registry.skill("pdf-forms")
    assert (record.live, record.wanted) == (1, 1)
    assert [version.number for version in registry.catalog.versions(TENANT, "pdf-forms")] == [2, 1]
    assert registry.files("pdf-forms")[SKILL_FILE].endswith(b"One.\n")


def test_moving_a_folder_keeps_its_version_and_tells_nobody(registry: Scene):
    registry.work.publish(skill_folder())
    registry.reconcile()
    registry.work.move("skills/pdf-forms", "skills/office/pdf-forms")
    registry.work.push()

    summary = registry.reconcile()

    assert (summary.done.published, summary.done.tombstoned) == ((), ())
    assert registry.skill("pdf-forms").path == "skills/office/pdf-forms"
    assert registry.catalog.generation(TENANT) == 1


def test_renaming_a_skill_is_a_new_skill_and_a_tombstone(registry: Scene):
    registry.work.publish(skill_folder("pdf-forms"))
    registry.reconcile()
    registry.work.delete("skills/pdf-forms")
    registry.work.publish(skill_folder("form-filler"))

    registry.reconcile()

    assert registry.live() == {"form-filler": 1}


def test_frontmatter_that_the_specification_cannot_carry_is_rewritten_and_the_version_says_so(registry: Scene):
    registry.work.publish(
        skill_folder(extra="allowed-tools:\n  - Read\n  - Bash(git add *)\nmetadata:\n  version: 1.10")
    )

    registry.reconcile()

    version = registry.catalog.version(TENANT, "pdf-forms", 1)
    assert (version.rewritten, version.label) == (True, "1.10")
    assert version.frontmatter["allowed-tools"] == "Read Bash(git add *)"
    assert b'allowed-tools: "Read Bash(git add *)"' in registry.files("pdf-forms")[SKILL_FILE]


def test_another_way_to_write_the_same_package_publishes_nothing(registry: Scene):
    registry.work.publish(skill_folder(extra="allowed-tools: [Read, Write]"))
    registry.reconcile()
    registry.work.publish(skill_folder(extra='allowed-tools: "Read Write"'))

    summary = registry.reconcile()

    assert summary.done.published == ()
    assert registry.catalog.generation(TENANT) == 1
    assert registry.reconcile().done.unchanged == 0


def test_a_registry_with_tighter_limits_judges_by_them(registry: Scene):
    registry.work.write({"registry.toml": "[limits]\nfiles = 1\n"})
    registry.work.publish(skill_folder("one-file"), skill_folder("two-files", files={"references/more.md": "More.\n"}))

    registry.reconcile()

    assert registry.live() == {"one-file": 1}
    assert "skills/two-files" in registry.quarantined()


def test_a_folder_that_was_refused_is_judged_again_when_the_limits_change(registry: Scene):
    registry.work.write({"registry.toml": "[limits]\nfiles = 1\n"})
    registry.work.publish(skill_folder(files={"references/more.md": "More.\n"}))
    registry.reconcile()
    registry.work.write({"registry.toml": "[limits]\nfiles = 2\n"})
    registry.work.push()

    registry.reconcile()

    assert (registry.live(), registry.quarantined()) == ({"pdf-forms": 1}, {})


def test_frontmatter_is_kept_with_every_key(registry: Scene):
    registry.work.publish(skill_folder(extra="x-team: {name: Öl, size: 3}\nuser-invocable: false"))

    registry.reconcile()

    kept = registry.catalog.version(TENANT, "pdf-forms", 1).frontmatter
    assert json.loads(json.dumps(kept))["x-team"] == {"name": "Öl", "size": 3}
    assert kept["user-invocable"] is False
