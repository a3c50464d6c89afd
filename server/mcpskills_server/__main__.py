"""`python -m mcpskills_server`: see `app.main`."""

import gc
import sys

# Nothing that is made while modules are imported is garbage; looking for some would be a tenth of the time to the first answer.
gc.disable()
# What structlog and uvicorn load where they find it, for tracebacks, other threads than those of the system, and reloading, of
# which there is nothing here: 6 MB, and time before the first answer.
_USELESS = ("rich", "greenlet", "watchfiles")
sys.modules.update(dict.fromkeys(_USELESS))  # type: ignore[arg-type]
from mcpskills_server.app import main  # noqa: E402

for _name in _USELESS:
    del sys.modules[_name]
gc.enable()

if __name__ == "__main__":
    main()
