"""The labelled queries of bench/search are what its method says."""

from pathlib import Path

import pytest
import yaml

QUERIES = Path(__file__).parents[2] / "bench" / "search" / "queries"


def read(half):
    kinds = yaml.safe_load((QUERIES / f"{half}.yaml").read_text())
    return [query for queries in kinds.values() for query in queries]


def test_both_halves_are_large_and_no_query_is_in_both():
    tune, test = ({query["query"] for query in read(half)} for half in ("tune", "test"))

    assert min(len(tune), len(test)) >= 100
    assert not tune & test


@pytest.mark.parametrize("half", ["tune", "test"])
def test_every_query_has_graded_answers_and_hard_negatives_that_are_none(half):
    queries = read(half)

    assert {grade for query in queries for grade in query["relevant"].values()} == {1, 2, 3}
    assert all(query["relevant"] and query["misleading"] for query in queries)
    assert not [query for query in queries if set(query["relevant"]) & set(query["misleading"])]
