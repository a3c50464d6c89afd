#!/bin/sh
# Creates the virtual environment and puts exactly the locked packages in it. Needs Python 3.11+ with venv and pip.
set -eu
python=${PYTHON:-python3}
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "setup: Python 3.11 or newer is needed; '$python' is $("$python" --version 2>&1 || echo missing). Set PYTHON to a newer one." >&2
    exit 1
fi
[ -x "$VENV/bin/python" ] || "$python" -m venv "$VENV"
"$VENV/bin/uv" --version 2>/dev/null | grep -q "uv $UV_VERSION " ||
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"
# uv must not fetch interpreters: the environment's own Python is the one to fill.
export UV_PYTHON_DOWNLOADS=never VIRTUAL_ENV="$PWD/$VENV"
"$VENV/bin/uv" pip install --quiet --compile-bytecode --require-hashes --requirements requirements.lock
"$VENV/bin/uv" pip install --quiet --no-deps --no-build-isolation --editable .
echo "setup: $VENV is ready"
