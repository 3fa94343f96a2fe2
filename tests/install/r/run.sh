#!/bin/sh
# Looks at what R CMD check installed from the source package, without a network and with no crates but those in the
# package, and uses it; `make test-r` calls it.
#
#   sh tests/install/r/run.sh dist/tropanel.Rcheck
set -eu

check=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
log=$check/00install.out

grep "using rustc" "$log"
if grep -iE "^warning|downloading" "$log"; then
    echo "installing was not silent" >&2
    exit 1
fi
left=$(find "$check/tropanel" -name '*.rs' -o -name '*.rlib' -o -name '*.crate' | head)
[ -z "$left" ] || { echo "left behind: $left" >&2; exit 1; }
du -sk "$check/tropanel/libs" | awk '{ print "installed library: " $1 " kB" }'
R_LIBS=$check Rscript --vanilla "$here/consumer.R"
echo "1 passed, 0 failed"
