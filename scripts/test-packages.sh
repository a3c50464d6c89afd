#!/bin/sh
# Installs the Debian packages that tests need, when something is missing and this runs as root with apt-get.
# Otherwise it prints the command that would; where CI=true it fails as well.
set -eu
missing=

# need PACKAGE CHECK...: PACKAGE is missing when the command CHECK fails. What is there from elsewhere is left alone.
need() {
    package=$1
    shift
    "$@" >/dev/null 2>&1 && return
    case " $missing " in *" $package "*) ;; *) missing="${missing:+$missing }$package" ;; esac
}

# One line per need.
need git git --version
need git test -x "$(git --exec-path 2>/dev/null)/git-http-backend"
need nodejs command -v node
need npm command -v npm
need curl command -v curl
need jq command -v jq
need openssl command -v openssl
need openssh-client command -v ssh-keygen
need nginx env "PATH=$PATH:/usr/sbin" sh -c 'command -v nginx'
# A Chromium that is not Debian's will do; the package beside Debian's is the same browser without a window.
need chromium-headless-shell sh -c 'command -v chromium-headless-shell || { command -v chromium && ! dpkg -s chromium; }'
need fonts-noto-cjk sh -c 'fc-list :lang=zh | grep -q .'
need libfaketime sh -c 'ls /usr/lib/*/faketime/libfaketimeMT.so.1'

[ -n "$missing" ] || exit 0
command="apt-get update && apt-get install --yes --no-install-recommends $missing"
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    echo "test-packages: installing $missing"
    sh -c "$command" >"$log" 2>&1 && exit 0
    cat "$log" >&2
fi
echo "test-packages: tests need $missing; as root on Debian: $command" >&2
[ "${CI:-}" != true ] || exit 1
