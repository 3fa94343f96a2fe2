#!/bin/sh
# Compiles what is shipped with the oldest Rust that is promised: that of rustup or, for root on a Debian, that of
# a release of Debian that has it, in a folder of its own.
#
#   sh msrv.sh VERSION WORK
set -eu

version=$1 work=$2
root=$(cd "$(dirname "$0")/.." && pwd)
check="cargo check --locked --package trop-core --package trop-report --package trop-c --package trop-python \
    --features trop-core/serde"

if rustup run "$version" rustc --version 2> /dev/null || rustup toolchain install "$version" --profile minimal 2> /dev/null; then
    cd "$root"
    exec env CARGO_TARGET_DIR="$work/target" rustup run "$version" $check
fi

release=trixie # has Rust 1.85
[ "$(id -u)" = 0 ] && command -v apt-get > /dev/null || {
    echo "Rust $version is needed: from rustup, or as root on Debian from its release $release" >&2
    exit 1
}
sh "$root/make/need.sh" debootstrap debootstrap
mkdir -p "$work"
if [ ! -e "$work/$release/usr/bin/cargo" ]; then
    rm -rf "$work/$release"
    debootstrap --variant=minbase --include=cargo,rustc,gcc,libc6-dev,python3 "$release" "$work/$release"
fi
chroot "$work/$release" rustc --version | grep -q "^rustc $version\\." || {
    echo "Debian's release $release has $(chroot "$work/$release" rustc --version), not $version" >&2
    exit 1
}
rm -rf "$work/$release/src" && mkdir "$work/$release/src"
(cd "$root" && git ls-files -z | tar --null --files-from - --create) | tar -x -C "$work/$release/src"
# What it needs from the registry is fetched here, by the cargo that there is.
(cd "$root" && cargo vendor --locked --quiet "$work/$release/src/vendor") > "$work/$release/src/.vendored"
mkdir -p "$work/$release/src/.cargo"
sed 's|^directory = .*|directory = "vendor"|' "$work/$release/src/.vendored" > "$work/$release/src/.cargo/config.toml"
exec chroot "$work/$release" sh -c "cd /src && $check --offline"
