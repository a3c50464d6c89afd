"""How good a ranking is, by the labelled queries: NDCG@10, MRR, Recall@10, and how often a misleading skill stands above."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from queries import Query

Search = Callable[[str, int], Sequence[str]]

DEPTH = 10
GOOD = 2
"""The least grade that MRR and Recall count; where a query has no such skill, the lesser ones count."""


@dataclass(frozen=True, slots=True)
class Judged:
    ndcg: float
    reciprocal_rank: float
    recall: float
    misled: bool


def judge(query: Query, search: Search) -> Judged:
    found = search(query.text, DEPTH)
    good = {name for name, grade in query.relevant.items() if grade >= GOOD} or set(query.relevant)
    ranks = [rank for rank, name in enumerate(found, 1) if name in good]
    wrong = [rank for rank, name in enumerate(found, 1) if name in query.misleading]
    ideal = sorted(query.relevant.values(), reverse=True)[:DEPTH]
    return Judged(
        ndcg=_gain(query.relevant.get(name, 0) for name in found) / _gain(ideal),
        reciprocal_rank=1 / ranks[0] if ranks else 0.0,
        recall=len(good & set(found)) / len(good),
        misled=bool(wrong) and (not ranks or wrong[0] < ranks[0]),
    )


def table(halves: Sequence[tuple[str, Sequence[Query]]], searches: Sequence[tuple[str, Search]]) -> list[str]:
    rows = [
        "| queries | search | NDCG@10 | MRR | Recall@10 | misled |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for half, asked in halves:
        for name, search in searches:
            judged = [judge(query, search) for query in asked]
            figures = [
                fmean(each.ndcg for each in judged),
                fmean(each.reciprocal_rank for each in judged),
                fmean(each.recall for each in judged),
                fmean(each.misled for each in judged),
            ]
            rows.append(
                f"| {half} ({len(asked)}) | {name} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |"
            )
    return rows


def by_kind(asked: Sequence[Query], searches: Sequence[tuple[str, Search]]) -> list[str]:
    """NDCG@10 of each kind of query."""
    kinds: dict[str, list[Query]] = defaultdict(list)
    for query in asked:
        kinds[query.kind].append(query)
    rows = [
        f"| kind of query (NDCG@10) | {' | '.join(name for name, _ in searches)} |",
        "| --- |" + " --- |" * len(searches),
    ]
    for kind, of_kind in kinds.items():
        cells = [f"{fmean(judge(query, search).ndcg for query in of_kind):.2f}" for _, search in searches]
        rows.append(f"| {kind} ({len(of_kind)}) | {' | '.join(cells)} |")
    return rows


def worst(asked: Sequence[Query], search: Search, count: int) -> list[str]:
    """The queries that are answered worst, with what they are answered."""
    judged = sorted(((judge(query, search).ndcg, query.text, query) for query in asked), key=lambda each: each[:2])
    return [
        f"{ndcg:.2f} {query.text!r}: wanted {dict(query.relevant)}, found {list(search(query.text, 5))}"
        for ndcg, _, query in judged[:count]
    ]


def _gain(grades: Iterable[int]) -> float:
    return sum((2**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))
