#!/bin/sh
# Makes sure that a program or a file is there: installs Debian packages if root, else says which.
#
#   sh make/need.sh COMMAND PACKAGE [PACKAGE...]
#   sh make/need.sh file:/path/of/a/file PACKAGE [PACKAGE...]
set -eu

[ $# -ge 2 ] || { echo "usage: need.sh COMMAND|file:PATH PACKAGE..." >&2; exit 2; }
wanted=$1
shift

present() {
    case $wanted in
        file:*) [ -e "${wanted#file:}" ] ;;
        *) command -v "$wanted" >/dev/null 2>&1 ;;
    esac
}

present && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "need.sh: ${wanted#file:} is missing; installing $*" >&2
    export DEBIAN_FRONTEND=noninteractive
    { apt-get -q update && apt-get -q install --yes --no-install-recommends "$@"; } >&2 || true
    present && exit 0
fi

echo "need.sh: ${wanted#file:} is missing. On Debian or Ubuntu: sudo apt-get install $*" >&2
exit 1
