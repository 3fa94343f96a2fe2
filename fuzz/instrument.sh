#!/bin/sh
# Stands before rustc: the project's own crates count the edges that an input takes, and check their arithmetic and what
# they assert in debugging; other crates are compiled as ever.
case " $* " in
    *" --crate-name trop_"*)
        exec "$@" -Coverflow-checks=on -Cdebug-assertions=on -Cpasses=sancov-module \
            -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
            -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares
        ;;
    *) exec "$@" ;;
esac
