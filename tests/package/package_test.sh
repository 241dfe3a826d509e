#!/usr/bin/env bash
# A program outside the tree builds against the installed library through pkg-config and CMake, shared and static, and
# runs the pipeline on a storage driver of its own. Usage: package_test.sh PROJECT BUILD CC
set -euo pipefail
project=$1
build=$2
cc=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/prefix" >/dev/null
mkdir "$work/outside"
cp "$project/docs/examples/own_storage.c" "$project/tests/package/own_driver.c" "$work/outside/"
cp "$project/tests/package/CMakeLists.txt.in" "$work/outside/CMakeLists.txt"
sample="$project/tests/data/sample/conversations.json"
library=$(dirname "$(find "$work/prefix" -name libcontextpack.so)")
export PKG_CONFIG_PATH="$library/pkgconfig"
cd "$work/outside"

check() {
    "$@" "$sample" >"$work/pack.md"
    grep -q 'nurse' "$work/pack.md" || {
        echo "$1: the pack does not know its user" >&2
        exit 1
    }
    echo "$(basename "$1"): ok"
}

# shellcheck disable=SC2046
"$cc" -std=c99 -D_GNU_SOURCE -Wall -Wextra -Werror own_storage.c -o by_pkgconfig $(pkg-config --cflags --libs contextpack) -Wl,-rpath,"$library"
check ./by_pkgconfig
# Our static library with the system's shared ones; `--static` would ask for the static ones' own dependencies, too.
# shellcheck disable=SC2046
"$cc" -D_GNU_SOURCE own_storage.c -o by_pkgconfig_static $(pkg-config --cflags contextpack) "$library/libcontextpack.a" \
    $(pkg-config --libs $(pkg-config --print-requires-private contextpack | sed 's/ .*//')) -lm -pthread
check ./by_pkgconfig_static
cmake -S . -B build -DCMAKE_PREFIX_PATH="$work/prefix" >/dev/null
cmake --build build >/dev/null
check build/outside
check build/outside_static
build/own_driver | grep -q 'rules'
"$work/prefix/bin/contextpack" version >/dev/null
