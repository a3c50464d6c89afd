"""What somebody may have meant who named a skill that is not served. Costs the same in small and in huge registries."""

import difflib
from bisect import bisect_left
from collections.abc import Sequence

from mcpskills_server.replica import View

SHOWN = 3
"""The most suggestions that a message carries."""

_NEIGHBOURS = 20
_HITS = 10


def similar_names(view: View, name: str) -> Sequence[str]:
    """Close matches among the neighbours in the alphabet and the hits for the words of the name."""
    names = view.snapshot.names
    at = bisect_left(names, name)
    neighbours = names[max(0, at - _NEIGHBOURS) : at + _NEIGHBOURS]
    hits = [hit.name for hit in view.index.search(name.replace("-", " "), limit=_HITS)]
    return difflib.get_close_matches(name, list(dict.fromkeys([*neighbours, *hits])), SHOWN) or hits[:SHOWN]


def did_you_mean(candidates: Sequence[str]) -> str:
    """The question with a space behind it, to stand before another sentence; empty without candidates."""
    return f"Did you mean {' or '.join(repr(name) for name in candidates[:SHOWN])}? " if candidates else ""
