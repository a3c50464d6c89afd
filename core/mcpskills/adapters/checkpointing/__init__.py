"""Checkpoints: `wire.py` is their bytes, `keeping.py` writes them to store and catalog and reads them back."""
