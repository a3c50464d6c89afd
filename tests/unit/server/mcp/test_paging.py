import pytest

from mcpskills.errors import InvalidInputError
from mcpskills_server.mcp import paging
from mcpskills_server.mcp.paging import Hits

HITS = Hits(7, "forms")


@pytest.mark.parametrize("name", ["pdf-forms", "", "Grün 世界.md", "a:b=c"])
def test_a_cursor_gives_back_the_name_it_was_made_of(name):
    assert paging.name_of(paging.after(name, "skills"), "skills") == name


def test_without_a_cursor_a_listing_starts_at_its_beginning():
    assert paging.name_of(None, "skills") is None
    assert paging.offset_of(None, HITS, 10) == 0


def test_a_page_is_cut_where_more_follows():
    page = paging.cut(["a", "b", "c"], 2, str, "skills")

    assert page.items == ["a", "b"]
    assert paging.name_of(page.next_cursor, "skills") == "b"


@pytest.mark.parametrize("items", [[], ["a"], ["a", "b"]])
def test_a_last_page_has_no_cursor(items):
    assert paging.cut(items, 2, str, "skills").next_cursor is None


@pytest.mark.parametrize("listing", ["search", "resources", "prompts", "folder"])
def test_a_cursor_is_refused_by_every_listing_but_its_own(listing):
    with pytest.raises(InvalidInputError, match="not one that was given for this listing"):
        paging.name_of(paging.after("pdf-forms", "skills"), listing)


@pytest.mark.parametrize(
    "cursor", ["", "x", "é", "====", "\ud800", "YWZ0ZXI6/w", "A" * 10_000, paging.from_offset(5, HITS)]
)
def test_what_is_no_cursor_of_a_listing_is_refused(cursor):
    with pytest.raises(InvalidInputError, match="start again"):
        paging.name_of(cursor, "skills")


@pytest.mark.parametrize("offset", [10, 11, -1, "x", "", "²", "9" * 5_000])
def test_what_is_no_offset_below_the_limit_is_refused(offset):
    with pytest.raises(InvalidInputError, match="start again"):
        paging.offset_of(paging.from_offset(offset, HITS), HITS, 10)


def test_a_cursor_of_hits_is_of_one_search_and_one_generation():
    cursor = paging.from_offset(5, HITS)

    assert paging.offset_of(cursor, HITS, 10) == 5
    with pytest.raises(InvalidInputError, match="another search"):
        paging.offset_of(cursor, Hits(7, "invoices"), 10)
    with pytest.raises(InvalidInputError, match="skills changed"):
        paging.offset_of(cursor, Hits(8, "forms"), 10)
