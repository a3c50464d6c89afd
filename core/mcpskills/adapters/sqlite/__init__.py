"""SQLite: `schema.py` opens the catalog, `rows.py` reads rows, `catalog.py` is the port; `deliveries.py` is a file of its own."""
