#!/bin/sh
# Installs the R source package as a user without a network would, and uses it.
#
#   sh tests/install/r/run.sh dist/tropanel_VERSION.tar.gz
set -eu

tarball=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/library"

# No network at all where that can be arranged; in any case neither cargo's caches nor its registry.
offline=
if unshare --net true 2>/dev/null; then
    offline="unshare --net"
fi
unset CARGO_TARGET_DIR
CARGO_HOME=$work/cargo CARGO_NET_OFFLINE=true
export CARGO_HOME CARGO_NET_OFFLINE
PATH=$PATH:$HOME/.cargo/bin

if ! $offline R CMD INSTALL --library="$work/library" "$tarball" > "$work/log" 2>&1; then
    cat "$work/log" >&2
    exit 1
fi
grep "using rustc" "$work/log"
if grep -iE "^warning|downloading" "$work/log"; then
    echo "installing was not silent" >&2
    exit 1
fi
left=$(find "$work/library/tropanel" "$CARGO_HOME" -name '*.rs' -o -name '*.rlib' 2>/dev/null | head)
[ -z "$left" ] || { echo "left behind: $left" >&2; exit 1; }
du -sk "$work/library/tropanel/libs" | awk '{ print "installed library: " $1 " kB" }'
R_LIBS=$work/library $offline Rscript --vanilla "$here/consumer.R"
echo "1 passed, 0 failed"
