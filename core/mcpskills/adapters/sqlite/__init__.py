"""The catalog in one SQLite file: `schema.py` opens it, `statements.py` reads and writes, `catalog.py` is the port."""
