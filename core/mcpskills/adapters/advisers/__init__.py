"""Advisers: programs and services of others that look at a skill. What they say is shown and never decides.

To add one: a module with a class that keeps the promises of `adviser.Adviser`, a row in `ADVISERS` of `cli/advising.py`, a
heading in docs/rules/advice.md.
"""
