"""How skills are used, in numbers that merge: no call is looked at twice, whatever period is asked for.

`figures.py` has the numbers of one skill in one span of time, `latencies.py` and `users.py` the sketches in them, `sheet.py` and
`packing.py` how those of many skills are kept together, `grid.py` what calls leave until they are counted. docs/statistics.md
shows the whole way.
"""
