"""The catalog and the journal in DynamoDB; docs/aws.md has the design of its tables.

`tables.py` says what the tables are, `keys.py` where things stand in them, `attributes.py` how they are written. `database.py`
talks to DynamoDB, `reading.py` and `changes.py` read, `transaction.py` writes, `catalog.py` is the port. `journal.py` is the
journal, `sharded.py` how its partitions are read as one.
"""
