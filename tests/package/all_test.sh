#!/usr/bin/env bash
# The packages that scripts/package made in DIST are all there with their sums, of one version; wheel and tarball install
# offline and tell it. Usage: all_test.sh PROJECT DIST PYTHON
set -euo pipefail
project=$1
dist=$2
python=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "$*" >&2
    exit 1
}

unset CONTEXTPACK_LIBRARY CONTEXTPACK_PACKAGE PYTHONPATH NODE_API_HEADERS
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

"$python" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --no-index --disable-pip-version-check contextpack-*.whl
cd "$work"
told=$("$work/venv/bin/python" -c 'import contextpack; print(contextpack.__version__, contextpack.library_version)')
[ "$told" = "$version $version" ] || fail "Python tells $told"
[ "$("$work/venv/bin/contextpack" version | grep -c "$version")" = 1 ] || fail "the command tells another version"

program=$(find "$work/venv" -name contextpack-pdf)
"$program" 2>&1 | grep -q libcontextpack || fail "the wheel's contextpack-pdf can't be started"

mkdir app
cd app
echo '{ "name": "app", "version": "1.0.0" }' >package.json
npm install --offline --no-audit --no-fund --silent --cache "$work/cache" "$dist"/contextpack-*.tgz
told=$(node -p 'const { version } = require("contextpack"); `${version} ${require("contextpack/package.json").version}`')
[ "$told" = "$version $version" ] || fail "Node tells $told"
program=$(find node_modules -name contextpack-pdf)
"$program" 2>&1 | grep -q libcontextpack || fail "the tarball's contextpack-pdf can't be started"
echo "packages of $version: ok"
