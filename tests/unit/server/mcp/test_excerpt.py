import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcpskills.errors import InvalidInputError
from mcpskills_server.mcp.tools.excerpt import RESULT_BYTES, TEXT_BYTES, excerpt

LINES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=50)


def parts(text):
    offset = 0
    while offset is not None:
        part = excerpt(text, offset)
        yield part
        offset = part.next_offset


@given(LINES, st.integers(1, 2_000))
def test_the_parts_of_any_text_fit_and_make_up_the_text(line, times):
    text = line * times

    found = list(parts(text))

    assert "".join(part.text for part in found) == text
    assert all(len(json.dumps(part.text, ensure_ascii=False).encode()) <= TEXT_BYTES + 2 for part in found)
    assert {part.total for part in found} == {len(text)}


def test_a_part_ends_at_the_end_of_a_line_where_one_is_near():
    first, *_ = parts("line\n" * 10_000)

    assert first.text.endswith("line\n")


def test_a_text_that_fits_comes_whole():
    assert [part.text for part in parts("short")] == ["short"]
    assert [part.text for part in parts("")] == [""]


def test_an_offset_past_the_end_is_refused_and_one_at_the_end_gives_nothing():
    assert excerpt("abc", 3).text == ""
    with pytest.raises(InvalidInputError, match="has 3 characters"):
        excerpt("abc", 4)


def test_a_result_stays_under_25000_tokens_even_if_every_byte_were_one():
    assert TEXT_BYTES < RESULT_BYTES < 25_000
