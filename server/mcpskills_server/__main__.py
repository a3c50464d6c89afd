"""`python -m mcpskills_server`: see `app.main`."""

import gc

# Nothing that is made while modules are imported is garbage; looking for some would be a tenth of the time to the first answer.
gc.disable()
from mcpskills_server.app import main  # noqa: E402

gc.enable()

if __name__ == "__main__":
    main()
