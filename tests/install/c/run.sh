#!/bin/sh
# Builds the C and C++ examples against an installed libtrop, with pkg-config and with CMake, shared and static, and
# compares what they print with expected.txt, or on a few states with each other; `make test-c` calls it.
#
#   sh run.sh PREFIX WORK
set -eu

prefix=$1 work=$2
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
examples=$root/bindings/c/examples
data=$root/python/src/tropanel/data/prop99.csv
need() { sh "$root/make/need.sh" "$@"; }
need pkg-config pkg-config
need cmake cmake

rm -rf "$work"
mkdir -p "$work"
# Where it was installed must not matter: move it.
cp -R "$prefix" "$work/moved"
prefix=$work/moved

passed=0 failed=0
expect() { # NAME PROGRAM: the program prints what is expected
    if "$2" "$data" > "$work/$1.txt" && diff -u "$here/expected.txt" "$work/$1.txt"; then
        passed=$((passed + 1))
    else
        echo "FAILED: $1" >&2
        failed=$((failed + 1))
    fi
}

# How it was linked changes nothing: a few states tell.
awk -F, 'NR == 1 || $1 == "California" || $1 in few || NR <= 10 && (few[$1] = 1)' "$data" > "$work/few.csv"
alike() { # NAME PROGRAM: the program prints on a few states what the first of all prints
    if "$2" "$work/few.csv" > "$work/$1.txt" && diff -u "$work/few.txt" "$work/$1.txt"; then
        passed=$((passed + 1))
    else
        echo "FAILED: $1" >&2
        failed=$((failed + 1))
    fi
}

cc=${CC:-cc}
cxx=${CXX:-c++}
export PKG_CONFIG_PATH="$prefix/lib/pkgconfig"
flags() { pkg-config --cflags --libs "$1"; }
rpath=-Wl,-rpath,$prefix/lib
$cc -std=c99 "$examples/prop99.c" $(flags trop) $rpath -o "$work/c-shared"
$cc -std=c99 "$examples/prop99.c" $(flags trop-static) -o "$work/c-static"
$cxx -std=c++17 "$examples/prop99.cpp" $(flags trop) $rpath -o "$work/cpp-shared"
$cxx -std=c++17 "$examples/prop99.cpp" $(flags trop-static) -o "$work/cpp-static"
"$work/c-shared" "$work/few.csv" > "$work/few.txt"
# Programs that need no library at run time, where the system's own libraries come as archives, too.
if [ "$(uname)" = Linux ]; then
    $cc -static -std=c99 "$examples/prop99.c" $(flags trop-static) -o "$work/c-alone"
    $cxx -static -std=c++17 "$examples/prop99.cpp" $(flags trop-static) -o "$work/cpp-alone"
    for program in c-alone cpp-alone; do
        if ldd "$work/$program" > /dev/null 2>&1; then
            echo "FAILED: $program needs shared libraries" >&2
            failed=$((failed + 1))
        fi
        alike "pkg-config-$program" "$work/$program"
    done
fi
for program in c-shared cpp-shared; do
    expect "pkg-config-$program" "$work/$program"
done
for program in c-static cpp-static; do
    alike "pkg-config-$program" "$work/$program"
done

cmake -S "$here/cmake" -B "$work/cmake" -DCMAKE_PREFIX_PATH="$prefix" -DEXAMPLES="$examples" \
    -DVERSION="$(pkg-config --modversion trop)" > "$work/cmake.log"
cmake --build "$work/cmake" >> "$work/cmake.log"
for program in c-shared c-static cpp-shared cpp-static; do
    alike "cmake-$program" "$work/cmake/$program"
done

# The manual page has every function of the header, and no errors; licences are there.
need mandoc mandoc
mandoc -T lint -W error "$prefix/share/man/man3/trop.3"
for name in $(grep -oE '\btrop_[a-z_]+\(' "$prefix/include/trop.h" | tr -d '(' | sort -u); do
    if ! grep -q "^\.B $name()" "$prefix/share/man/man3/trop.3"; then
        echo "FAILED: the manual page has no $name" >&2
        failed=$((failed + 1))
    fi
done
for file in LICENSE-MIT LICENSE-APACHE THIRD-PARTY-NOTICES; do
    [ -s "$prefix/share/doc/trop/$file" ] || { echo "FAILED: $file" >&2; failed=$((failed + 1)); }
done

# The programs of the README do what they say, and the same.
program() { # LANGUAGE: its first block of code
    sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/p" "$root/bindings/c/README.md" | sed '1d; /^```$/,$d'
}
program c > "$work/readme.c"
program cpp > "$work/readme.cpp"
$cc -std=c99 "$work/readme.c" $(flags trop) $rpath -o "$work/readme-c"
$cxx -std=c++17 "$work/readme.cpp" $(flags trop) $rpath -o "$work/readme-cpp"
if [ "$("$work/readme-c")" = "$("$work/readme-cpp")" ] && [ -n "$("$work/readme-c")" ]; then
    passed=$((passed + 1))
else
    echo "FAILED: the programs of bindings/c/README.md" >&2
    failed=$((failed + 1))
fi

# The examples at the top of the header and in the manual page, each within a function.
example() { # FILE FIRST LAST: lines of a file as the body of a function
    echo '#include <stdio.h>'
    echo '#include <trop.h>'
    echo 'void example(const double *y, const double *w, size_t n_units, size_t n_periods) {'
    sed -n "$2,$3p" "$1"
    echo '}'
}
example "$prefix/include/trop.h" '/trop_panel \*panel = NULL;/' '/trop_panel_free(panel);/' | sed 's/^ \*//' > "$work/header.c"
example "$prefix/share/man/man3/trop.3" '/^trop_panel \*panel/' '/^trop_panel_free/' | sed 's/\\en/\\n/' > "$work/manual.c"
compiled() { # NAME: whether it has an example that compiles
    grep -q trop_last_error_message "$work/$1.c" \
        && $cc -std=c99 -Wall -Werror -c "$work/$1.c" $(pkg-config --cflags trop) -o "$work/$1.o"
}
for name in header manual; do
    if compiled $name; then
        passed=$((passed + 1))
    else
        echo "FAILED: the example of $name" >&2
        failed=$((failed + 1))
    fi
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
