"""How much callers may ask, in the order in which a request meets it.

`failures.py` holds off sources that send bad credentials, before anything is looked up. `limiting.py` grants a request of a known
caller what `plans.py` says of them, or has `answers.py` refuse it; `counting.py` counts where all replicas do, or without them.
"""
