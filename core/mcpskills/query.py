"""What a search may be asked, wherever it runs: the bounds of `search_skills`, by which evals are written as well."""

from typing import Final

MAX_QUERY: Final = 1_000
"""Characters of a query."""

MAX_LIMIT: Final = 50
"""Skills that one answer can hold."""
