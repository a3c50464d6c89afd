"""SQLite files: `schema.py`, `statements.py` and `catalog.py` are the catalog, `deliveries.py` the queue of deliveries."""
