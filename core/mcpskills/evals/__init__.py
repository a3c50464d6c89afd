"""Evals: what a skill says of itself that can be tried out, in `evals/*.yaml`.

`schema.py` is the format, `reading.py` reads it from a folder, `judge.py` tries the cases against a search. A new kind of case
needs a row in each of them.
"""
