"""A publisher whose clock stands at a time of its own: `DATA REGISTRY SECONDS`, the seconds since 1970. Reconciles once."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from mcpskills.adapters import backends
from mcpskills_publisher.app import build
from mcpskills_publisher.settings import PublisherSettings

data, registry, seconds = sys.argv[1:]
# What zip files would be dated with, if nobody said otherwise.
time.time = lambda: float(seconds)
time.localtime = lambda *_: time.gmtime(float(seconds))

settings = PublisherSettings(data=Path(data), registry=registry)
with backends.opened(settings) as kept:
    clock = datetime.fromtimestamp(float(seconds), UTC)
    build(settings, kept.catalog, kept.store, kept.signals, now=lambda: clock).reconcile()
