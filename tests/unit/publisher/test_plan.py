"""`plan` decides from two values and nothing else."""

from datetime import UTC, datetime

from catalog_builders import a_hold
from mcpskills.ports import Published
from mcpskills.version import Quarantine, SkillRecord
from mcpskills_publisher.plan import CLAIMED, LOOK_AGAIN, Candidate, Plan, Wanted, deserves_another_look, plan

RULES = "rules-1"


def wanted(**folders: str) -> Wanted:
    """Trees by skill name; each folder stands directly below `skills`."""
    return Wanted("c" * 40, {f"skills/{name}": tree for name, tree in folders.items()}, RULES)


def record(name: str, tree: str, *, path: str | None = None, deleted: bool = False) -> SkillRecord:
    return SkillRecord(
        name=name,
        path=path or f"skills/{name}",
        tree=tree,
        live=None if deleted else 1,
        wanted=None if deleted else 1,
        hold=None,
        deleted=deleted,
        load_error=None,
        generation=1,
        updated_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def quarantine(path: str, tree: str, rules: str = RULES, reason: str = "Bad.") -> Quarantine:
    return Quarantine(path, tree, path.rpartition("/")[2], "b" * 40, rules, reason, datetime(2026, 1, 1, tzinfo=UTC))


def published(*parts: SkillRecord | Quarantine) -> Published:
    return Published(
        commit=None,
        frozen=None,
        skills={part.name: part for part in parts if isinstance(part, SkillRecord)},
        quarantined={part.path: part for part in parts if isinstance(part, Quarantine)},
    )


def nothing(unchanged: int = 0) -> Plan:
    return Plan(publish=(), moved=(), refused=(), gone=(), released=(), unchanged=unchanged)


def test_nothing_wanted_and_nothing_published_is_nothing_to_do():
    assert plan(wanted(), published()) == nothing()


def test_a_new_folder_is_published():
    assert plan(wanted(one="t1"), published()).publish == (Candidate("skills/one", "t1", None),)


def test_a_tree_that_is_published_costs_nothing():
    assert plan(wanted(one="t1"), published(record("one", "t1"))) == nothing(unchanged=1)


def test_a_changed_tree_is_published_against_the_record_that_was_seen():
    seen = record("one", "t1")

    assert plan(wanted(one="t2"), published(seen)).publish == (Candidate("skills/one", "t2", seen),)


def test_a_moved_folder_keeps_its_version():
    seen = record("one", "t1", path="skills/old/one")

    made = plan(wanted(one="t1"), published(seen))

    assert (made.moved, made.publish, made.gone) == ((Candidate("skills/one", "t1", seen),), (), ())


def test_a_folder_that_moved_and_changed_is_published():
    made = plan(wanted(one="t2"), published(record("one", "t1", path="skills/old/one")))

    assert [candidate.path for candidate in made.publish] == ["skills/one"]
    assert made.gone == ()


def test_a_folder_that_is_gone_takes_its_skill_away():
    assert plan(wanted(), published(record("one", "t1"))).gone == (record("one", "t1"),)


def test_a_tombstone_is_not_taken_away_twice():
    assert plan(wanted(), published(record("one", "t1", deleted=True))) == nothing()


def test_a_tombstone_whose_folder_comes_back_is_published_even_with_the_same_tree():
    tombstone = record("one", "t1", deleted=True)

    assert plan(wanted(one="t1"), published(tombstone)).publish == (Candidate("skills/one", "t1", tombstone),)


def test_a_hold_changes_nothing_about_what_git_wants():
    held = SkillRecord(**{**fields(record("one", "t1")), "live": None, "hold": a_hold(None)})

    assert plan(wanted(one="t1"), published(held)) == nothing(unchanged=1)


def test_a_refused_tree_is_not_looked_at_again_under_the_same_rules():
    assert plan(wanted(one="t1"), published(quarantine("skills/one", "t1"))) == nothing(unchanged=1)


def test_a_refused_tree_is_looked_at_again_under_other_rules():
    made = plan(wanted(one="t1"), published(quarantine("skills/one", "t1", rules="rules-0")))

    assert [candidate.path for candidate in made.publish] == ["skills/one"]


def test_what_failed_for_a_moment_is_looked_at_again():
    made = plan(wanted(one="t1"), published(quarantine("skills/one", "t1", rules=LOOK_AGAIN)))

    assert [candidate.path for candidate in made.publish] == ["skills/one"]


def test_a_refused_folder_that_changed_is_looked_at_again():
    made = plan(wanted(one="t2"), published(quarantine("skills/one", "t1")))

    assert [candidate.path for candidate in made.publish] == ["skills/one"]


def test_a_live_skill_whose_folder_became_bad_is_left_alone():
    assert plan(wanted(one="bad"), published(record("one", "t1"), quarantine("skills/one", "bad"))) == nothing(
        unchanged=1
    )


def test_a_bad_change_that_was_undone_leaves_quarantine():
    made = plan(wanted(one="t1"), published(record("one", "t1"), quarantine("skills/one", "bad")))

    assert (made.publish, made.released) == ((), ("skills/one",))


def test_a_quarantined_folder_that_is_gone_is_released():
    assert plan(wanted(), published(quarantine("skills/one", "t1"))).released == ("skills/one",)


def test_all_claimants_of_a_name_are_refused_without_being_read():
    both = Wanted("c" * 40, {"skills/a/one": "t1", "skills/b/one": "t2"}, RULES)

    made = plan(both, published())

    assert (made.publish, [refusal.path for refusal in made.refused]) == ((), ["skills/a/one", "skills/b/one"])
    assert "`skills/b/one`" in made.refused[0].reason


def test_the_live_claimant_keeps_the_name():
    both = Wanted("c" * 40, {"skills/a/one": "t1", "skills/b/one": "t2"}, RULES)

    made = plan(both, published(record("one", "t1", path="skills/a/one")))

    assert (made.publish, made.gone, [refusal.path for refusal in made.refused]) == ((), (), ["skills/b/one"])


def test_a_refusal_that_is_noted_already_is_not_noted_again():
    both = Wanted("c" * 40, {"skills/a/one": "t1", "skills/b/one": "t2"}, RULES)
    refused = plan(both, published()).refused

    again = plan(both, published(*(quarantine(r.path, r.tree, CLAIMED, r.reason) for r in refused)))

    assert again == nothing(unchanged=2)


def test_a_claimant_without_rivals_is_looked_at_although_its_tree_is_the_same():
    made = plan(wanted(one="t1"), published(quarantine("skills/one", "t1", CLAIMED)))

    assert [candidate.path for candidate in made.publish] == ["skills/one"]


def test_a_claimed_name_is_never_taken_away():
    both = Wanted("c" * 40, {"skills/a/one": "t1", "skills/b/one": "t2"}, RULES)

    assert plan(both, published(record("one", "t0", path="skills/old/one"))).gone == ()


def test_only_other_rules_deserve_another_look():
    assert not deserves_another_look(published(), RULES)
    assert not deserves_another_look(
        published(quarantine("skills/a", "t"), quarantine("skills/b", "t", CLAIMED)), RULES
    )
    assert deserves_another_look(published(quarantine("skills/a", "t", "rules-0")), RULES)
    assert deserves_another_look(published(quarantine("skills/a", "t", LOOK_AGAIN)), RULES)


def fields(seen: SkillRecord) -> dict[str, object]:
    return {name: getattr(seen, name) for name in SkillRecord.__slots__}
