#!/bin/sh
# Installs the Debian packages into the system, builds the examples with what they brought, and removes them again.
#
#   sh run.sh WORK PACKAGE.deb...
set -eu

work=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
data=$root/python/src/tropanel/data/prop99.csv

[ "$(id -u)" -eq 0 ] || { echo "installing Debian packages takes root" >&2; exit 1; }
rm -rf "$work"
mkdir -p "$work"
wc -c "$@"
lintian --fail-on error,warning --no-tag-display-limit --allow-root \
    --suppress-tags initial-upload-closes-no-bugs,bogus-mail-host-in-debian-changelog,bogus-mail-host "$@"
trap 'dpkg --purge libtrop-dev libtrop0 > /dev/null' EXIT
dpkg --install "$@" > "$work/log"

"${CC:-cc}" -std=c99 "$root/bindings/c/examples/prop99.c" $(pkg-config --cflags --libs trop) -o "$work/c"
"${CXX:-c++}" -std=c++17 "$root/bindings/c/examples/prop99.cpp" $(pkg-config --cflags --libs trop) -o "$work/cpp"
cmake -S "$root/tests/install/c/cmake" -B "$work/cmake" -DEXAMPLES="$root/bindings/c/examples" \
    -DVERSION="$(pkg-config --modversion trop)" > "$work/cmake.log"
cmake --build "$work/cmake" --target c-shared >> "$work/cmake.log"
for program in c cpp cmake/c-shared; do
    "$work/$program" "$data" > "$work/found.txt"
    diff -u "$root/tests/install/c/expected.txt" "$work/found.txt"
done
ldd "$work/c" | grep -q "/usr/lib/.*libtrop\|/lib/.*libtrop" || { echo "the program uses another library" >&2; exit 1; }
for file in $(dpkg -L libtrop-dev | grep -E 'man3|trop\.h$|libtrop\.a$') /usr/share/doc/libtrop0/copyright; do
    [ -s "$file" ] || { echo "$file is missing" >&2; exit 1; }
done
dpkg --purge libtrop-dev libtrop0 > /dev/null
trap - EXIT
left=$(find /usr/include /usr/lib/*/ /usr/share/doc -maxdepth 1 -name '*trop*')
[ -z "$left" ] || { echo "left behind: $left" >&2; exit 1; }
echo "3 passed, 0 failed"
