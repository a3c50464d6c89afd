"""A snapshot without what is hidden is the snapshot that never had it, and so are the changes between two of them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import a_skill
from catalog_builders import NOON, TENANT, a_version
from mcpskills import seeing
from mcpskills.snapshot import ServedSkill, Skills, Snapshot, build, difference

NAMES = tuple("abcdefgh")
GROUPS = ("finance", "legal")

names = st.sets(st.sampled_from(NAMES))
groups = st.frozensets(st.sampled_from(GROUPS))
restrictions = st.dictionaries(st.sampled_from(NAMES), st.frozensets(st.sampled_from((*GROUPS, "nobody")), min_size=1))


def of(names, restricted=(), numbers=()) -> Snapshot:
    numbers = dict(numbers)
    served = [ServedSkill(a_skill(name), a_version(numbers.get(name, 1), name=name), b"") for name in names]
    return build(
        TENANT,
        1,
        NOON,
        Skills(served),
        failed=dict.fromkeys(names, "It is broken."),
        revoked={name: {1: "It is bad."} for name in names},
        withdrawn=names,
        restricted=dict(restricted),
    )


def told(snapshot: Snapshot) -> tuple[object, ...]:
    """Everything that answers are made of."""
    skills = snapshot.skills
    return (
        list(snapshot.names),
        [snapshot.after(name, 3) for name in (None, *NAMES)],
        dict(skills),
        len(skills),
        skills.digests(),
        [(name in skills, skills.outline(name), skills.get(name)) for name in NAMES],
        [skills.identity(name) for name in skills],
        dict(snapshot.failed),
        dict(snapshot.revoked),
        snapshot.withdrawn,
        dict(snapshot.restricted),
    )


@given(names, restrictions, groups)
def test_a_snapshot_without_hidden_skills_is_one_that_never_had_them(names, restricted, groups):
    whole = of(names, restricted)
    hidden = seeing.hidden_from(groups, whole)

    seen = seeing.without(whole, hidden)

    kept = {name: only for name, only in restricted.items() if name not in hidden}
    assert told(seen) == told(of(names - hidden, kept))


@given(names, names)
def test_names_without_some_are_asked_as_every_sequence_is(all_names, hidden):
    seen = seeing.without(of(all_names), frozenset(hidden)).names
    expected = sorted(all_names - hidden)

    assert [seen[at] for at in range(len(seen))] == list(seen) == expected
    assert [list(seen[start:stop]) for start in range(9) for stop in range(9)] == [
        expected[start:stop] for start in range(9) for stop in range(9)
    ]
    assert [seen[at - len(expected)] for at in range(len(expected))] == expected
    for at in (len(expected), -len(expected) - 1):
        with pytest.raises(IndexError):
            seen[at]


def test_a_hidden_skill_cannot_be_had_by_its_name():
    seen = seeing.without(of("ab", {"a": frozenset({"finance"})}), frozenset("a")).skills

    for ask in (seen.__getitem__, seen.identity):
        with pytest.raises(KeyError):
            ask("a")


def test_who_sees_everything_is_hidden_nothing():
    assert seeing.hidden_from(None, of("a", {"a": frozenset({"finance"})})) == frozenset()


@given(st.tuples(names, restrictions), st.tuples(names, restrictions), names, groups)
def test_who_does_not_see_everything_is_told_the_changes_of_what_they_see(old, new, updated, groups):
    first, second = of(*old), of(*new, dict.fromkeys(updated, 2))
    as_seen = [seeing.without(each, seeing.hidden_from(groups, each)) for each in (first, second)]

    assert difference(first, second).seen_by(groups) == difference(*as_seen).names
    assert difference(first, second).seen_by(None) == difference(first, second).names


def test_a_skill_that_is_served_to_others_now_is_a_change_though_nothing_else_is_different():
    open_to_all = of("a")
    shut = replace(open_to_all, restricted={"a": frozenset({"finance"})})

    assert difference(open_to_all, shut)
    assert difference(open_to_all, shut).names == frozenset()
    assert not difference(open_to_all, open_to_all)
