#!/usr/bin/env bash
# The packages that scripts/package made in DIST are all there with their sums, of one version. That wheel and tarball
# install offline and tell this version is a part of their own tests. Usage: all_test.sh PROJECT DIST
set -euo pipefail
project=$1
dist=$2

fail() {
    echo "$*" >&2
    exit 1
}

version=$(sed -n 's/^#define CPK_VERSION  *"\(.*\)"/\1/p' "$project/include/contextpack/base.h")
debian=$(echo "$version" | tr - '~')
wheel=$(echo "$version" | sed 's/-dev/.dev0/')
cd "$dist"
sha256sum --check --quiet SHA256SUMS
[ "$(wc -l <SHA256SUMS)" = "$(find . -type f ! -name SHA256SUMS | wc -l)" ] || fail "SHA256SUMS does not list every file"
for pattern in "libcontextpack0_$debian*.deb" "libcontextpack-dev_$debian*.deb" "contextpack_$debian*.deb" \
    "contextpack-pdf_$debian*.deb" \
    "contextpack-$wheel-*.whl" "contextpack-$version.tgz"; do
    [ "$(find . -name "$pattern" | wc -l)" = 1 ] || fail "$pattern is not there once: $(ls)"
done

echo "packages of $version: ok"
