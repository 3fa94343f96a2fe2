#!/bin/sh
# Installs headers, libraries, pkg-config files, the CMake package, the manual page and the licences of libtrop:
# `make install` calls it.
#
#   PREFIX=/usr/local sh install.sh BUILT VERSION SYSTEM_LIBRARIES
#
# BUILT is the folder with the libraries that cargo built, SYSTEM_LIBRARIES what a static link needs beside
# libtrop.a. DESTDIR, if set, is put before PREFIX; LIBDIR (lib) and INCLUDEDIR (include) are relative to it.
set -eu

built=$1 version=$2 system_libraries=$3
libdir=${LIBDIR:-lib}
includedir=${INCLUDEDIR:-include}
here=$(cd "$(dirname "$0")" && pwd)
root=${DESTDIR:-}${PREFIX:?PREFIX must be set}

case $libdir:$includedir in
    /* | *:/*) echo "install.sh: LIBDIR and INCLUDEDIR are relative to PREFIX" >&2; exit 2 ;;
esac

major=${version%%.*}

if [ "$(uname)" = Darwin ]; then
    shared=libtrop.dylib shared_name=libtrop.$major.dylib shared_file=libtrop.$version.dylib
else
    shared=libtrop.so shared_name=libtrop.so.$major shared_file=libtrop.so.$version
fi

# How a file in some folder of the prefix reaches the prefix: one `..` for each part of the folder's name.
up() { printf %s "$1" | sed 's:[^/][^/]*:..:g'; }

fill() {
    sed -e "s:@VERSION@:$version:g" -e "s:@MAJOR@:$major:g" -e "s:@LIBDIR@:$libdir:g" \
        -e "s:@INCLUDEDIR@:$includedir:g" -e "s:@SHARED_FILE@:$shared_file:g" \
        -e "s:@SHARED_NAME@:$shared_name:g" -e "s:@SYSTEM_LIBRARIES@:$3:g" \
        -e "s:@UP_FROM_PKGCONFIG@:$(up "$libdir/pkgconfig"):g" \
        -e "s:@UP_FROM_CMAKE@:$(up "$libdir/cmake/trop"):g" "$here/$1" > "$2"
    chmod 644 "$2"
}

place() { # MODE FROM TO: without debugging information if it is a library
    cp "$2" "$3.new"
    case $3 in *.a | *.so.* | *.dylib) strip -S "$3.new" ;; esac
    chmod "$1" "$3.new"
    mv -f "$3.new" "$3"
}

mkdir -p "$root/$includedir/trop" "$root/$libdir/pkgconfig" "$root/$libdir/cmake/trop"
place 644 "$here/../include/trop.h" "$root/$includedir/trop.h"
place 644 "$here/../include/trop.hpp" "$root/$includedir/trop.hpp"
for header in "$here"/../include/trop/*.hpp; do
    place 644 "$header" "$root/$includedir/trop/${header##*/}"
done
place 644 "$built/libtrop.a" "$root/$libdir/libtrop.a"
place 755 "$built/$shared" "$root/$libdir/$shared_file"
ln -sf "$shared_file" "$root/$libdir/$shared_name"
ln -sf "$shared_name" "$root/$libdir/$shared"
fill trop.pc.in "$root/$libdir/pkgconfig/trop.pc" "$system_libraries"
fill trop-static.pc.in "$root/$libdir/pkgconfig/trop-static.pc" "$system_libraries"
# CMake lists are separated by semicolons.
fill trop-config.cmake.in "$root/$libdir/cmake/trop/trop-config.cmake" \
    "$(printf %s "$system_libraries" | tr ' ' ';')"
fill trop-config-version.cmake.in "$root/$libdir/cmake/trop/trop-config-version.cmake" ""
manual=$root/share/man/man3
documents=$root/share/doc/trop
mkdir -p "$manual" "$documents"
fill trop.3.in "$manual/trop.3" ""
awk -f "$here/functions.awk" "$here/../include/trop.h" >> "$manual/trop.3"
for file in "$here/../THIRD-PARTY-NOTICES" "$here/../../../LICENSE-MIT" "$here/../../../LICENSE-APACHE"; do
    place 644 "$file" "$documents/$(basename "$file")"
done
echo "installed libtrop $version in $root"
