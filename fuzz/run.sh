#!/bin/sh
# Fuzzes one target: sh run.sh PROGRAM TARGET MINUTES. What it learns is kept beside the program, for the next run.
set -eu

program=$1 target=$2 minutes=$3
committed=$(cd "$(dirname "$0")" && pwd)/corpus/$target
work=$(cd "$(dirname "$program")/.." && pwd)
mkdir -p "$work/inputs/$target" "$work/found/$target" "$committed"
echo "== $target, $minutes minutes"
TROP_FUZZ_TARGET=$target "$program" "$work/inputs/$target" "$committed" -max_total_time=$((minutes * 60)) -max_len=1000 \
    -timeout=120 -rss_limit_mb=3000 -print_final_stats=1 -artifact_prefix="$work/found/$target/" \
    > "$work/found/$target/log" 2>&1 || { tail -n 40 "$work/found/$target/log" >&2; exit 1; }
grep -E ' DONE |number_of_executed_units|peak_rss_mb' "$work/found/$target/log"
