"""From a Git push to an immutable version: `watch.py` hears, `reconcile.py` compares, `plan.py` decides, `pipeline.py` acts."""
