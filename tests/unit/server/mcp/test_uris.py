import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcpskills.errors import InvalidInputError
from mcpskills_server.mcp.uris import SkillUri, parse

SEGMENTS = st.text(st.characters(exclude_characters="/", exclude_categories=["Cs"]), min_size=1, max_size=20).filter(
    lambda segment: segment not in {".", ".."}
)
PATHS = st.lists(SEGMENTS, max_size=4).map("/".join)
VERSIONS = st.none() | st.integers(1, 999_999_999)


@given(PATHS, VERSIONS)
def test_a_written_uri_reads_as_what_it_was_written_from(path, version):
    uri = SkillUri("pdf-forms", path, version)

    assert parse(str(uri)) == uri


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    for candidate in (text, f"skill://{text}", f"skill://pdf-forms/{text}"):
        try:
            uri = parse(candidate)
        except InvalidInputError:
            continue
        assert parse(str(uri)) == uri
        assert ".." not in uri.path.split("/")


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("skill://pdf-forms/SKILL.md", SkillUri("pdf-forms", "SKILL.md")),
        ("skill://v12/pdf-forms/a/b.py", SkillUri("pdf-forms", "a/b.py", 12)),
        ("skill://v12/pdf-forms", SkillUri("pdf-forms", "", 12)),
        ("skill://pdf-forms", SkillUri("pdf-forms")),
        ("skill://pdf-forms/100%.md", SkillUri("pdf-forms", "100%.md")),
        ("skill://pdf-forms/a%23b?c.md", SkillUri("pdf-forms", "a#b?c.md")),
        ("skill://v1x/SKILL.md", SkillUri("v1x", "SKILL.md")),
    ],
)
def test_uris_are_read_as_live_or_pinned_files_and_folders(text, uri):
    assert parse(text) == uri


def test_a_written_uri_is_percent_encoded():
    assert str(SkillUri("pdf-forms", "Grün #1.md", 3)) == "skill://v3/pdf-forms/Gr%C3%BCn%20%231.md"
