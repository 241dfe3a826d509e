#!/usr/bin/env bash
# The Debian packages: made by scripts/package, twice the same bytes, accepted by lintian, unpacked into a folder, where the
# command runs and a program is built against them. Usage: debian_test.sh PROJECT BUILD CC
set -euo pipefail
project=$1
build=$2
cc=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "$*" >&2
    exit 1
}

export SOURCE_DATE_EPOCH=1700000000
for output in dist again; do
    "$project/scripts/package" --output "$work/$output" --build "$build/package" deb >"$work/log" 2>&1 || {
        cat "$work/log" >&2
        exit 1
    }
done
cmp "$work/dist/SHA256SUMS" "$work/again/SHA256SUMS" || fail "the packages differ from one run to the next"
(cd "$work/dist" && sha256sum --check --quiet SHA256SUMS)
[ "$(find "$work/dist" -name '*.deb' | wc -l)" = 3 ] || fail "there should be three packages"

lintian --allow-root --fail-on error,warning "$work"/dist/*.deb

for package in "$work"/dist/*.deb; do
    dpkg-deb --extract "$package" "$work/root"
done
usr=$work/root/usr
library=$(dirname "$(find "$usr/lib" -name libcontextpack.so.0)")
export LD_LIBRARY_PATH=$library PKG_CONFIG_PATH=$library/pkgconfig
sample=$project/tests/data/sample/conversations.json

"$usr/bin/contextpack" version | grep -q "$(pkg-config --modversion contextpack)" || fail "the command tells another version"
"$usr/bin/contextpack" tokens "$sample" >/dev/null
gzip --test "$usr/share/man/man1/contextpack.1.gz"
bash -n "$usr/share/bash-completion/completions/contextpack"
for file in zsh/vendor-completions/_contextpack fish/vendor_completions.d/contextpack.fish \
    doc/libcontextpack0/copyright doc/libcontextpack0/changelog.Debian.gz; do
    [ -s "$usr/share/$file" ] || fail "$file is missing"
done
dpkg-deb --ctrl-tarfile "$work"/dist/libcontextpack0_*.deb | tar -xO ./triggers | grep -q ldconfig

# Every symbol that the library exports has a line in the symbols file.
dpkg-deb --ctrl-tarfile "$work"/dist/libcontextpack0_*.deb | tar -xO ./symbols | grep -o 'cpk_[a-z0-9_]*' | sort >"$work/listed"
nm -D --defined-only "$library/libcontextpack.so.0" | grep -o 'cpk_[a-z0-9_]*' | sort | diff - "$work/listed"

# shellcheck disable=SC2046
"$cc" -D_GNU_SOURCE "$usr/share/doc/libcontextpack-dev/examples/own_storage.c" -o "$work/program" \
    $(pkg-config --cflags --libs contextpack)
"$work/program" "$sample" | grep -q nurse || fail "the program's pack does not know its user"
echo "debian packages: ok"
