"""SQLite files.

`schema.py`, `statements.py` and `catalog.py` are the catalog, `principals.py` who may call, `deliveries.py` the queue of webhook
deliveries.
"""
