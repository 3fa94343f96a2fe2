#!/bin/sh
# Installs a wheel, a source distribution or the folder of a clone into a new environment of each Python, and uses it far
# from the repository.
#
#   sh run.sh WORK PACKAGE PYTHON...
#
# Pythons that are not there, are too old or came before are passed over; one must be left.
set -eu

work=$1 package=$(realpath "$2")
shift 2
here=$(cd "$(dirname "$0")" && pwd)

rm -rf "$work"
mkdir -p "$work"
[ -d "$package" ] || echo "$(wc -c < "$package") bytes: $(basename "$package")"
case $package in
    *linux*.whl) case $package in *manylinux* | *musllinux*) ;; *) echo "this wheel is for one Linux only" >&2; exit 1 ;; esac ;;
esac
passed=0 seen=
for python in "$@"; do
    version=$("$python" -c 'import sys; print(*sys.version_info[:2], sep="."); sys.exit(sys.version_info < (3, 9))' \
        2>/dev/null) || continue
    case " $seen " in *" $version "*) continue ;; esac
    seen="$seen $version"
    rm -rf "$work/environment"
    "$python" -m venv "$work/environment"
    fresh=$work/environment/bin/python
    [ -e "$fresh" ] || fresh=$work/environment/Scripts/python.exe
    # A data frame library, too, for the example data.
    "$fresh" -m pip install --quiet --disable-pip-version-check "$package" pandas
    (cd "$work" && "$fresh" -I "$here/consumer.py")
    "$fresh" -c 'import sys, tropanel; print("on Python", sys.version.split()[0], "from", tropanel.__file__)'
    passed=$((passed + 1))
done
echo "$passed passed, 0 failed"
[ "$passed" -gt 0 ]
