#!/bin/sh
# Installs the Node clients that tests run against a live server, when their lock changed since the last time.
# Without npm those tests are skipped, and this says how to get it; where CI=true it fails instead.
set -eu
cd "$(dirname "$0")/../tests/clients"
# The stamp is a copy of the lock that was installed; tests/e2e/node_clients.py compares the two as well.
stamp=node_modules/.installed-lock
cmp -s package-lock.json "$stamp" && exit 0

give_up() {
    echo "test-clients: $1" >&2
    [ "${CI:-}" != true ] || exit 1
    echo "test-clients: the tests that need the Node clients will be skipped" >&2
    exit 0
}

command -v node >/dev/null && command -v npm >/dev/null ||
    give_up "npm and node are needed; as root on Debian: apt-get update && apt-get install --yes nodejs npm"
echo "test-clients: installing the Node clients"
npm ci --loglevel=error --no-progress --ignore-scripts --omit-lockfile-registry-resolved >/dev/null ||
    give_up "npm ci failed; once its reason above is cured: sh scripts/test-clients.sh"
# npm 9 loses this link when it discards the Node packages of the other platforms.
for node in node_modules/node-*/bin/node; do
    ln -sf "../${node#node_modules/}" node_modules/.bin/node
done
node_modules/.bin/node --version >/dev/null 2>&1 ||
    give_up "no Node 22 for $(uname -sm); add its platform package to tests/clients/package.json"
cp package-lock.json "$stamp"
