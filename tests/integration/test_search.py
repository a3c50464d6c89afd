"""Search over skills: what people would type finds the skill that they mean."""

import tempfile

import pytest

from builders import a_skill
from mcpskills.adapters.search import SearchIndex

PDF = {"name": "pdf-forms", "description": "Fills in PDF forms.", "extra": "metadata:\n  tags: documents, Office"}
RELEASE = {"name": "release-notes", "description": "Writes release notes from commits.", "body": "Group the changes.\n"}
DEPLOY = {"name": "deploying", "description": "Ships a service.", "body": "Deploy with care; then write a release.\n"}


def found(index: SearchIndex, query: str, **options) -> list[str]:
    return [hit.name for hit in index.search(query, **{"limit": 10, **options})]


@pytest.fixture(scope="module")
def index():
    return SearchIndex.of(a_skill(**one) for one in (PDF, RELEASE, DEPLOY))


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


def test_an_index_on_disk_is_packed_and_answers_elsewhere(index):
    packed = SearchIndex.on_disk(a_skill(**one) for one in (PDF, RELEASE)).pack()

    elsewhere = SearchIndex.unpack(packed).changed([a_skill(**DEPLOY)])

    queries = ("forms", "release", "deploy", "nothing")
    assert [found(elsewhere, query) for query in queries] == [found(index, query) for query in queries]


def test_the_folder_of_an_index_goes_away_with_the_last_index_in_it(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    index = SearchIndex.on_disk([a_skill(**PDF)])
    following = index.changed([a_skill(**RELEASE)])
    del index

    kept, answer = list(tmp_path.iterdir()), found(following, "release")
    del following

    assert (len(kept), answer) == (1, ["release-notes"])
    assert list(tmp_path.iterdir()) == []


def test_the_next_index_has_the_change_and_the_old_one_still_answers_as_before(index):
    before = SearchIndex.of(a_skill(**one) for one in (PDF, RELEASE))

    after = before.changed(
        [a_skill(**{**PDF, "description": "Stamps invoices."}), a_skill(**DEPLOY)], removed=["release-notes"]
    )

    assert found(after, "invoice") == ["pdf-forms"]
    assert found(after, "commits") == []
    assert found(after, "ship") == ["deploying"]
    assert found(before, "commits") == ["release-notes"]
    assert found(before, "invoice") == []
