"""GitHub's webhooks: what is signed and concerns the tracked branch goes into a queue, and wakes the publisher from there.

`routes.py` receives, in the order in which a stranger's request may cost more and more: `SourceRates`, `body.py`,
`signature.py`, `payload.py`. `inbox.py` takes from the queue. A delivery is only a hint: nothing that it says
is used but that it came.
"""
