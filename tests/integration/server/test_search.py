"""Search over a snapshot: what people would type finds the skill that they mean."""

from datetime import UTC, datetime

import pytest

from builders import skill_folder
from mcpskills import frontmatter, package, skill, snapshot
from mcpskills.folder import SKILL_FILE
from mcpskills.snapshot import ServedSkill, Snapshot, difference
from mcpskills.version import Origin, Version
from mcpskills_server.search import SearchIndex

NOW = datetime(2026, 1, 1, tzinfo=UTC)

PDF = {"name": "pdf-forms", "description": "Fills in PDF forms.", "extra": "metadata:\n  tags: documents, Office"}
RELEASE = {"name": "release-notes", "description": "Writes release notes from commits.", "body": "Group the changes.\n"}
DEPLOY = {"name": "deploying", "description": "Ships a service.", "body": "Deploy with care; then write a release.\n"}


def served(**described) -> ServedSkill:
    folder = skill_folder(**described)
    built = package.build(folder)
    content = folder.entries[SKILL_FILE].content
    parsed = skill.from_frontmatter(frontmatter.parse(content.decode()))
    origin = Origin("c", folder.path, "t", "ada", NOW)
    version = Version(parsed.name, 1, built.digest, None, built.manifest, parsed.frontmatter, origin, False, NOW)
    return ServedSkill(parsed, version, content)


def snapshot_of(generation: int, *described: dict[str, str]) -> Snapshot:
    return snapshot.build("default", generation, NOW, [served(**one) for one in described])


def found(index: SearchIndex, query: str, **options) -> list[str]:
    return [hit.name for hit in index.search(query, **{"limit": 10, **options})]


@pytest.fixture(scope="module")
def index():
    return SearchIndex.over(snapshot_of(1, PDF, RELEASE, DEPLOY), None, None)


def test_inflected_words_find_each_other(index):
    assert found(index, "deployment of services")[0] == "deploying"
    assert found(index, "commit")[0] == "release-notes"


def test_a_word_in_the_name_weighs_more_than_in_the_body(index):
    assert found(index, "release") == ["release-notes", "deploying"]


def test_every_tag_must_be_there_in_whatever_case(index):
    assert found(index, "", tags=["office"]) == ["pdf-forms"]
    assert found(index, "forms", tags=["Documents", "OFFICE"]) == ["pdf-forms"]
    assert found(index, "forms", tags=["documents", "music"]) == []


def test_pages_of_hits_follow_each_other_without_gap_or_repeat(index):
    whole = found(index, "release service forms")

    assert [found(index, "release service forms", limit=1, offset=at)[0] for at in range(3)] == whole


@pytest.mark.parametrize(
    "query", ['name:"', "AND OR NOT", "*", "(((", "a" * 100_000, "\x00\ud800", "release^9 -notes +x"]
)
def test_a_query_is_text_and_never_syntax(index, query):
    assert isinstance(found(index, query), list)


def test_the_next_index_has_the_change_and_the_old_one_still_answers_as_before(index):
    old, new = snapshot_of(1, PDF, RELEASE), snapshot_of(2, {**PDF, "description": "Stamps invoices."}, DEPLOY)
    before = SearchIndex.over(old, None, None)

    after = SearchIndex.over(new, before, difference(old, new))

    assert found(after, "invoice") == ["pdf-forms"]
    assert found(after, "commits") == []
    assert found(after, "ship") == ["deploying"]
    assert found(before, "commits") == ["release-notes"]
    assert found(before, "invoice") == []
