#!/usr/bin/env bash
# The Debian packages that scripts/package made in DIST: made again they have the same bytes, lintian accepts them, and
# unpacked into a folder the command runs and a program is built against them. Usage: debian_test.sh PROJECT BUILD DIST CC
set -euo pipefail
project=$1
build=$2
dist=$3
cc=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "$*" >&2
    exit 1
}

"$project/scripts/package" --output "$work/again" --build "$build" deb >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    exit 1
}
for package in "$dist"/*.deb; do
    cmp "$package" "$work/again/$(basename "$package")" || fail "the packages differ from one run to the next"
done
[ "$(find "$dist" -name '*.deb' | wc -l)" = 4 ] || fail "there should be four packages"

lintian --allow-root --fail-on error,warning "$dist"/*.deb

for package in "$dist"/*.deb; do
    dpkg-deb --extract "$package" "$work/root"
done
usr=$work/root/usr
library=$(dirname "$(find "$usr/lib" -name libcontextpack.so.0)")
export LD_LIBRARY_PATH=$library PKG_CONFIG_PATH=$library/pkgconfig
sample=$project/tests/data/sample/conversations.json

"$usr/bin/contextpack" version | grep -q "$(pkg-config --modversion contextpack)" || fail "the command tells another version"
"$usr/bin/contextpack" tokens "$sample" >/dev/null
gzip --test "$usr/share/man/man1/contextpack.1.gz"
# Started by hand it says what it is; the loader found its libraries.
told=$("$usr/libexec/contextpack/contextpack-pdf" 2>&1) || true # it says what it is for and ends with 2
grep -q libcontextpack <<<"$told" || fail "contextpack-pdf can't be started"
bash -n "$usr/share/bash-completion/completions/contextpack"
for file in zsh/vendor-completions/_contextpack fish/vendor_completions.d/contextpack.fish \
    doc/libcontextpack0/copyright doc/libcontextpack0/changelog.Debian.gz; do
    [ -s "$usr/share/$file" ] || fail "$file is missing"
done
dpkg-deb --ctrl-tarfile "$dist"/libcontextpack0_*.deb | tar -xO ./triggers | grep -q ldconfig

# Every symbol that the library exports has a line in the symbols file.
dpkg-deb --ctrl-tarfile "$dist"/libcontextpack0_*.deb | tar -xO ./symbols | grep -o 'cpk_[a-z0-9_]*' | sort >"$work/listed"
nm -D --defined-only "$library/libcontextpack.so.0" | grep -o 'cpk_[a-z0-9_]*' | sort | diff - "$work/listed"

# shellcheck disable=SC2046
"$cc" -D_GNU_SOURCE "$usr/share/doc/libcontextpack-dev/examples/own_storage.c" -o "$work/program" \
    $(pkg-config --cflags --libs contextpack)
"$work/program" "$sample" | grep -q nurse || fail "the program's pack does not know its user"
echo "debian packages: ok"
