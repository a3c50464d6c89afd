"""Statistics of calls: counted beside requests, folded beside them, and read for the admin API; see docs/statistics.md."""
