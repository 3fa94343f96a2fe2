#!/bin/sh
# Unpacks the crates as their registry would hand them out, runs the tests inside of them, and uses them from a
# crate of someone else; `make test-crate` calls it.
#
#   sh run.sh WORK FOLDER/NAME-VERSION.crate...
#
# CARGO_TARGET_DIR, if set, lets them share compiled dependencies with the workspace.
set -eu

work=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)

rm -rf "$work"
mkdir -p "$work"
cp -R "$here/consumer" "$work/consumer"
# The workspace's lock file: what is tested is what was tested before.
cp "$root/Cargo.lock" "$work"
members=consumer patches=
for crate in "$@"; do
    name=$(basename "$crate" .crate)
    # Dated now (-m): crates date all files alike, and cargo would take what it compiled from the last ones.
    tar -xmzf "$crate" -C "$work"
    for file in README.md LICENSE-APACHE LICENSE-MIT; do
        [ -s "$work/$name/$file" ] || { echo "$name has no $file" >&2; exit 1; }
    done
    for field in description license repository homepage documentation readme keywords categories; do
        grep -q "^$field = " "$work/$name/Cargo.toml" || { echo "$name has no $field" >&2; exit 1; }
    done
    members="$members $name"
    patches="$patches${name%-*} = { path = \"$name\" }
"
    echo "$(wc -c < "$crate") bytes: $name.crate"
done
cat > "$work/Cargo.toml" <<TOML
[workspace]
resolver = "2"
members = [$(printf '"%s", ' $members)]

[patch.crates-io]
$patches
# As in the workspace, so that its compiled dependencies serve.
[profile.release]
debug = "line-tables-only"
TOML
cd "$work"
cargo test --release --workspace
cargo run --release --package consumer -- "$root/python/src/tropanel/data/prop99.csv"
cargo run --release --package trop-core --example prop99 -- "$root/python/src/tropanel/data/prop99.csv"
