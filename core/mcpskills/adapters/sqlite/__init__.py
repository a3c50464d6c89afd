"""The catalog in one SQLite file: `schema.py` opens it, `rows.py` reads rows, `catalog.py` is the port."""
