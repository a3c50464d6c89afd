"""What all adapters on AWS share (`clients.py`, `foreign.py`), and packages in S3 (`packages.py`)."""
