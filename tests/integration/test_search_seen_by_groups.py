"""A search by who may not see some skills answers as one over a registry that never had them."""

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import a_skill
from catalog_builders import NOON, TENANT, a_version
from mcpskills import seeing
from mcpskills.adapters.search.index import SearchIndex
from mcpskills.snapshot import ServedSkill, Skills, Snapshot, build

NAMES = ("pay", "payroll", "payroll-export", "pdf-forms", "tax-forms")
WORDS = ("salary", "salaries", "invoice", "invoices", "forms")
TAGS = ("finance", "office", "secret")
GROUPS = ("finance", "legal")
QUERIES = (*WORDS, *NAMES, "invoicess", "sal", "formz", "payrol", "tax inv")

groups = st.frozensets(st.sampled_from(GROUPS))
served = st.dictionaries(
    st.sampled_from(NAMES),
    st.tuples(st.sets(st.sampled_from(WORDS), min_size=1), st.sets(st.sampled_from(TAGS)), st.integers(1, 3)),
    max_size=3,
)
dropped = st.sets(st.sampled_from(NAMES), max_size=2)
restrictions = st.dictionaries(st.sampled_from(NAMES), st.frozensets(st.sampled_from((*GROUPS, "nobody")), min_size=1))


def registry(skills: Any, restricted: Any, without: frozenset[str] = frozenset()) -> Snapshot:
    def one(name: str) -> ServedSkill:
        words, tags, number = skills[name]
        extra = f"metadata:\n  tags: {', '.join(sorted(tags))}\n" if tags else ""
        text = f"{' '.join(sorted(words))} {number}"
        version = a_version(number, name=name, body=f"{text} {sorted(tags)}")
        return ServedSkill(a_skill(name, description=text, body=f"{text}\n", extra=extra), version, b"")

    kept = {name: only for name, only in restricted.items() if name not in without}
    return build(TENANT, 1, NOON, Skills(one(name) for name in skills if name not in without), restricted=kept)


def told(index: SearchIndex) -> Any:
    """All but the order and the scores of hits, which may tell of hidden skills, see docs/mcp.md."""
    return [
        [sorted(hit.name for hit in index.search(query, limit=50)) for query in QUERIES],
        [sorted(hit.name for hit in index.search(query, limit=50, tags=[tag])) for query in WORDS for tag in TAGS],
        [len(index.search(query, limit=2, offset=1)) for query in QUERIES],
        [index.tagged([tag], limit=3, after=after) for tag in TAGS for after in (None, *NAMES)],
        [index.tags(beginning, 2) for beginning in ("", "f", "s")],
        [
            sorted((each.word, each.found, each.field or "", each.guess or "") for each in index.reasons(query)(name))
            for query in QUERIES
            for name in NAMES
        ],
    ]


@settings(max_examples=20, deadline=None)
@given(st.tuples(served, restrictions), st.tuples(served, dropped, restrictions), groups)
def test_a_search_after_a_change_is_one_that_never_had_what_is_hidden(start, change, callers):
    (skills, restricted), (changed, removed, turned) = start, change
    remaining = {name: each for name, each in {**skills, **changed}.items() if name not in removed}
    old, new = registry(skills, restricted), registry(remaining, turned)
    index = SearchIndex.over(old).following(old, new)

    seen = told(index.seen_by(callers))

    hidden = seeing.hidden_from(callers, new)
    assert seen == told(SearchIndex.over(registry(remaining, turned, hidden)))


def test_who_sees_a_skill_is_in_the_files_of_an_index():
    snapshot = registry({"payroll": ({"salary"}, (), 1)}, {"payroll": frozenset({"finance"})})

    elsewhere = SearchIndex.unpack(SearchIndex.over(snapshot, on_disk=True).pack())

    assert elsewhere.seen_by(["legal"]).names("salary", 10) == []
    assert elsewhere.seen_by(["finance"]).names("salary", 10) == ["payroll"]


def test_a_skill_that_is_shut_is_gone_from_the_next_search_and_stays_in_the_one_before():
    open_to_all = registry({"payroll": ({"salary"}, (), 1)}, {})
    shut = replace(open_to_all, restricted={"payroll": frozenset({"finance"})})
    before = SearchIndex.over(open_to_all)

    after = before.following(open_to_all, shut)

    assert before.seen_by(["legal"]).names("salary", 10) == ["payroll"]
    assert after.seen_by(["legal"]).names("salary", 10) == []


def test_a_group_that_is_called_like_another_in_capitals_is_another():
    snapshot = registry({"payroll": ({"salary"}, (), 1)}, {"payroll": frozenset({"Finance team"})})
    index = SearchIndex.over(snapshot)

    assert index.seen_by(["finance team"]).names("salary", 10) == []
    assert index.seen_by(["Finance team"]).names("salary", 10) == ["payroll"]
