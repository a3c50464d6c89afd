"""Takes a delivery from the queue at PATH, says its id, and hangs until it is killed."""

import signal
import sys
from pathlib import Path

from mcpskills.adapters.sqlite.deliveries import SqliteDeliveries

queue = SqliteDeliveries(Path(sys.argv[1]), "default", idle=float(sys.argv[2]))
print(queue.take("dying", 30).delivery.id, flush=True)  # noqa: T201 the test reads it
signal.pause()
