"""Redis or Valkey: `signals.py` tells and hears events, `deliveries.py` is a queue, `sessions.py` keeps sessions.

`allowances.py` counts what callers ask. `connection.py` makes every client. Only one primary with its replicas will do, not
a sharded cluster. Keys and channels begin with a prefix and the tenant.
"""
