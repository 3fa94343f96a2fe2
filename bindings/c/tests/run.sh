#!/bin/sh
# Builds and runs the tests of the C library that is installed in PREFIX; `make test-c` calls it.
#
#   sh run.sh PREFIX WORK FRESH_CASES
#
# FRESH_CASES are conformance cases that the core has written on this machine, compared bit for bit.
set -eu

prefix=$1 work=$2 fresh_cases=$3
tests=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$tests/../../.." && pwd)
need() { sh "$root/make/need.sh" "$@"; }
need valgrind valgrind libc6-dbg
need file:/usr/include/cjson/cJSON.h libcjson-dev

c="${CC:-cc} -std=c99 -D_XOPEN_SOURCE=700 -Wall -Wextra -Wpedantic -Werror -g -O1"
cxx17="${CXX:-c++} -std=c++17 -Wall -Wextra -Wpedantic -Werror -g -O1"
cxx20="${CXX:-c++} -std=c++20 -Wall -Wextra -Wpedantic -Werror -g -O1"
paths="-I$prefix/include -I$tests"
link="-L$prefix/lib -Wl,-rpath,$prefix/lib -ltrop -lpthread -lm"

rm -rf "$work"
mkdir -p "$work"

# The headers stand alone, whatever was included before.
echo '#include "trop.h"' > "$work/header.c"
echo '#include "trop.hpp"' > "$work/header.cpp"
$c $paths -fsyntax-only "$work/header.c"
$cxx17 $paths -fsyntax-only "$work/header.cpp"
$cxx20 $paths -fsyntax-only "$work/header.cpp"
# Structs are laid out as they were in earlier versions.
$c $paths -fsyntax-only "$tests/layout.c"
for header in "$prefix"/include/trop/*.hpp; do
    echo "#include \"trop/${header##*/}\"" > "$work/header.cpp"
    $cxx17 $paths -fsyntax-only "$work/header.cpp"
done

build() { # NAME FLAGS...: the test programs
    name=$1
    shift
    $c "$@" $paths "$tests/test_trop.c" -o "$work/c-$name" $link
    $c "$@" $paths "$tests/test_trop_misuse.c" -o "$work/misuse-$name" $link
    $c "$@" $paths "$tests/test_designs.c" -o "$work/designs-$name" $link
    $c "$@" $paths "$tests/test_donors.c" -o "$work/donors-$name" $link
    $c "$@" $paths "$tests/test_inference.c" -o "$work/inference-$name" $link
    $c "$@" $paths "$tests/test_analysis.c" -o "$work/analysis-$name" $link
    $c "$@" $paths "$tests/test_long.c" -o "$work/long-$name" $link
    $c "$@" $paths "$tests/test_report.c" -o "$work/report-$name" $link
    $cxx17 "$@" $paths "$tests/test_trop_hpp.cpp" -o "$work/cpp17-$name" $link
    $cxx20 "$@" $paths "$tests/test_trop_hpp.cpp" -o "$work/cpp20-$name" $link
}

# Checkers need address space of their own, which one of the tests would limit.
checked() { TROP_TEST_UNLIMITED=1 "$@"; }

build plain
for program in c misuse designs donors inference analysis long report cpp17 cpp20; do
    echo "== $program"
    "$work/$program-plain"
    echo "== $program, valgrind"
    checked valgrind --quiet --child-silent-after-fork=yes --error-exitcode=9 --leak-check=full \
        --show-leak-kinds=definite,indirect,possible --errors-for-leak-kinds=definite,indirect,possible \
        --suppressions="$tests/valgrind.supp" "$work/$program-plain"
done

# Its malloc() would hide those of the checkers.
echo "== memory that lacks"
$c $paths "$tests/test_memory.c" -o "$work/memory-plain" $link
"$work/memory-plain"

# Sanitizers of this compiler check the programs and all memory that passes between them and the library. One of the
# tests asks for memory that no machine has, which must be refused and no more.
build address -fsanitize=address,undefined -fno-sanitize-recover=all
for program in c misuse designs donors inference analysis long report cpp17 cpp20; do
    echo "== $program, address and undefined behaviour"
    ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=1 checked "$work/$program-address"
done

# The run-time library of Rust synchronizes by means that the thread sanitizer does not see, so only what the test
# programs do themselves is checked: that no function of theirs is called on another thread.
build thread -fsanitize=thread
for program in c misuse designs donors inference analysis long report cpp17 cpp20; do
    echo "== $program, threads"
    TSAN_OPTIONS=allocator_may_return_null=1:ignore_noninstrumented_modules=1 checked "$work/$program-thread"
done

echo "== conformance, bit for bit"
cases=$root/tests/conformance/cases
$c $paths -fsanitize=address,undefined -fno-sanitize-recover=all "$tests/conformance.c" -o "$work/conformance" $link -lcjson
TROPANEL_EXACT_CASES=$fresh_cases "$work/conformance" "$cases"
