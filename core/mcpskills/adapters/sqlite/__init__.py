"""SQLite: `schema.py` opens the catalog, `statements.py` reads and writes, `catalog.py` is the port; `deliveries.py` is a file of its own."""
