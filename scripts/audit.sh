#!/bin/sh
# Holds every locked package against the advisories of PyPI, and fails for one that is known to be vulnerable.
# With --if-reachable it says so and passes where PyPI cannot be asked; without, it fails there.
set -eu
# Of this release advisories are known for years: a mirror that has none has no advisories at all.
PYPI=https://pypi.org/pypi/urllib3/1.24.1/json

reachable() {
    "$VENV/bin/python" - "$PYPI" <<'PYTHON'
import json, sys, urllib.request
try:
    with urllib.request.urlopen(sys.argv[1], timeout=10) as answer:
        sys.exit(0 if json.load(answer).get("vulnerabilities") else 1)
except (OSError, ValueError):
    sys.exit(1)
PYTHON
}

if ! reachable; then
    echo "The advisories of PyPI cannot be asked from here ($PYPI)." >&2
    [ "${1:-}" = --if-reachable ] && exit 0
    exit 1
fi
# The lock has every package with its hashes: nothing is resolved, installed or run. A package that nobody knows fails as well.
exec "$VENV/bin/pip-audit" --requirement requirements.lock --require-hashes --disable-pip --strict --progress-spinner off
