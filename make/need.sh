#!/bin/sh
# Makes sure that a program or a file is there: installs Debian packages if root, or in a workflow (CI is set) that may
# become root or has Homebrew, where a program's package has its name; else says which.
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

as_root=no
if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif [ -n "${CI:-}" ] && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
fi
if [ "$as_root" != no ] && command -v apt-get >/dev/null 2>&1; then
    echo "need.sh: ${wanted#file:} is missing; installing $*" >&2
    export DEBIAN_FRONTEND=noninteractive
    { $as_root apt-get -q update && $as_root apt-get -q install --yes --no-install-recommends "$@"; } >&2 || true
    present && exit 0
elif [ -n "${CI:-}" ] && command -v brew >/dev/null 2>&1; then
    brew install "$wanted" >&2 || true
    present && exit 0
fi

echo "need.sh: ${wanted#file:} is missing. On Debian or Ubuntu: sudo apt-get install $*" >&2
exit 1
