"""How much callers may ask, in the order in which a request meets it.

Sources that send bad credentials are held off by `SourceRates` before anything is looked up. `limiting.py` grants a request of a
known caller what `plans.py` says of them, or has `answers.py` refuse it; `counting.py` counts with all replicas, or without them.
"""
