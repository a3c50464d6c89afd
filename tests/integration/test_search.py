"""Search over skills: what people would type finds the skill that they mean."""

import subprocess
import sys
import tempfile

import pytest

from builders import a_skill
from mcpskills.adapters.search.index import SearchIndex
from mcpskills.errors import InvalidInputError

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
    assert index.tagged(["office"], limit=10) == ["pdf-forms"]
    assert found(index, "forms", tags=["Documents", "OFFICE"]) == ["pdf-forms"]
    assert found(index, "forms", tags=["documents", "music"]) == []


def test_a_list_by_tags_goes_on_to_its_last_name():
    names = [f"skill-{number:04}" for number in range(1_100)]
    index = SearchIndex.of(a_skill(name, extra="metadata:\n  tags: all\n") for name in names)
    listed = index.tagged(["all"], limit=100)

    while page := index.tagged(["all"], limit=100, after=listed[-1]):
        listed += page

    assert listed == names


@pytest.mark.parametrize("after", ["", "Skill", "a TO b} OR id:{a", 'a"', "*"])
def test_a_list_by_tags_goes_on_after_names_only(index, after):
    with pytest.raises(InvalidInputError, match="start again without a cursor"):
        index.tagged(["office"], limit=10, after=after)


def test_a_skill_that_is_called_what_was_asked_for_comes_first():
    index = SearchIndex.of(
        [
            a_skill("read-file", description="Opens data of any kind.", body="Open it.\n"),
            a_skill("file-file", description="Read a file, read another file.", body="Read the file.\n"),
        ]
    )

    assert found(index, "file") == ["file-file", "read-file"]
    assert [found(index, query)[0] for query in ("read file", "read-file", "Read_File")] == ["read-file"] * 3


def test_chinese_japanese_and_korean_words_are_found_inside_of_sentences():
    index = SearchIndex.of(
        [
            a_skill("contracts", description="起草劳动合同和公文。", body="写。\n"),
            a_skill("coroutines", description="Kotlinのコルーチンをテストします。", body="書く。\n"),
            a_skill("tuning", description="데이터베이스 쿼리를 최적화합니다.", body="쓰다.\n"),
        ]
    )

    assert found(index, "帮我写一份合同")[0] == "contracts"
    assert found(index, "ｺﾙｰﾁﾝの試験") == ["coroutines"]
    assert found(index, "쿼리 최적화") == ["tuning"]
    assert found(index, "公") == ["contracts"]


def test_the_last_word_may_be_unfinished(index):
    assert found(index, "relea") == ["release-notes", "deploying"]
    assert found(index, "relea pdf") == ["pdf-forms"]


@pytest.mark.parametrize("query", ["releese", "relase", "releasee", "rlease", "releaes"])
def test_one_slip_in_a_word_is_forgiven(index, query):
    assert found(index, f"{query} a service")[0] in {"release-notes", "deploying"}
    assert "release-notes" in found(index, f"{query} a service")


def test_a_word_that_is_known_is_taken_as_it_is():
    index = SearchIndex.of(
        [
            a_skill("marking", description="Sets markers.", body="M.\n"),
            a_skill("parking", description="Parks.", body="P.\n"),
        ]
    )

    assert found(index, "marking cars") == ["marking"]


def test_words_that_say_nothing_are_asked_for_only_when_there_are_no_others(index):
    assert found(index, "what is a form") == ["pdf-forms"]
    assert found(index, "with") == ["deploying"]


def test_equally_good_hits_come_by_name_whenever_they_were_published():
    twins = [f"twin-{letter}" for letter in "dbace"]
    index = SearchIndex.of([])
    for name in twins:
        index = index.changed([a_skill(name, description="The same description.", body="The same.\n")])

    assert found(index, "same") == sorted(twins)
    assert [found(index, "same", limit=2, offset=at) for at in (0, 2, 4)] == [
        ["twin-a", "twin-b"],
        ["twin-c", "twin-d"],
        ["twin-e"],
    ]


def test_the_reasons_for_a_hit_add_up_to_its_score(index):
    (hit, *_) = index.search("relase notes", limit=1)

    reasons = index.reasons("relase notes")(hit.name)

    assert sum(reason.score for reason in reasons) == pytest.approx(hit.score, rel=1e-3)
    assert {(reason.word, reason.guess, reason.field) for reason in reasons} == {
        ("relase", "release", "name"),
        ("relase", "release", "description"),
        ("notes", None, "name"),
        ("notes", None, "description"),
    }
    assert index.reasons("release")("no-such-skill") == []


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


_KILLED = """
import os, signal, sys, tempfile
from mcpskills.adapters.search.temporary import TemporaryFolder
tempfile.tempdir = sys.argv[1]
kept = TemporaryFolder()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_whatever_others_planted_beside_it_an_index_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "held").touch()
    (tmp_path / "mcpskills-search-link").symlink_to(elsewhere)
    (tmp_path / "mcpskills-search-long").symlink_to("a" * 300)
    (tmp_path / "mcpskills-search-file").touch()
    (tmp_path / "mcpskills-search-bare").mkdir()

    index = SearchIndex.on_disk([a_skill(**PDF)])

    assert found(index, "pdf") == ["pdf-forms"]
    assert (elsewhere / "held").exists()


def test_what_killed_processes_left_behind_is_removed_and_what_is_in_use_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    index = SearchIndex.on_disk([a_skill(**PDF)])
    [used] = tmp_path.iterdir()
    subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path)], check=False)
    [left] = set(tmp_path.iterdir()) - {used}

    another = SearchIndex.on_disk([a_skill(**RELEASE)])

    assert not left.exists()
    assert used.exists()
    assert [found(each, words) for each, words in ((index, "pdf"), (another, "release"))] == [
        ["pdf-forms"],
        ["release-notes"],
    ]


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
