"""The catalog in DynamoDB: `tables.py` says what its tables are, `catalog.py` is the port; see docs/aws.md."""
