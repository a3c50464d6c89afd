"""`python -m mcpskills_server`: see `app.main`."""

import gc
import sys

# Nothing that is made while modules are imported is garbage; looking for some would be a tenth of the time to the first answer.
gc.disable()
# Where structlog finds rich it loads it, for tracebacks that no log here shows: 4 MB, and time before the first answer.
sys.modules["rich"] = None  # type: ignore[assignment]
from mcpskills_server.app import main  # noqa: E402

del sys.modules["rich"]
gc.enable()

if __name__ == "__main__":
    main()
