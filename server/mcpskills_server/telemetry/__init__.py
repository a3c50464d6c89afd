"""What the server counts of its own work: `tally.py` counts on the hot path, `metrics.py` shows it to Prometheus."""
