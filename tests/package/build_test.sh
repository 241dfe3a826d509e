#!/usr/bin/env bash
# Builds the project as others do: build_test.sh PROJECT SCRATCH
# with Ninja and clang as a part of another project, which links both libraries. At top level it is configured without
# any choice and builds its generator programs; tests/package/package.cmake builds all of it with Make and gcc.
set -euo pipefail
project=$1
scratch=$2

fail() {
    echo "$*" >&2
    exit 1
}

rm -rf "$scratch"
mkdir -p "$scratch/host"
jobs=1 # other tests run beside it

# No generator, no build type, no tests: what somebody types first.
env -u CMAKE_GENERATOR cmake -S "$project" -B "$scratch/top" -DBUILD_TESTING=OFF >"$scratch/log" 2>&1 &&
    cmake --build "$scratch/top" --parallel "$jobs" --target contextpack_catalogue >>"$scratch/log" 2>&1 ||
    fail "$(tail -n 20 "$scratch/log")"
grep -q '^CMAKE_BUILD_TYPE:STRING=Release$' "$scratch/top/CMakeCache.txt" || fail "the default build type is not Release"
grep -q '^CMAKE_GENERATOR:INTERNAL=Unix Makefiles$' "$scratch/top/CMakeCache.txt" || fail "another generator than CMake's default"

if ! command -v clang >/dev/null; then
    echo "clang is not here: the build as a part of another project uses the default compiler"
else
    export CC=clang
fi
cat >"$scratch/host/CMakeLists.txt" <<'EOF'
cmake_minimum_required(VERSION 3.25)
project(host LANGUAGES C)
add_subdirectory("${CONTEXTPACK_SOURCE}" contextpack)
if(CMAKE_BUILD_TYPE OR BUILD_TESTING)
    message(FATAL_ERROR "the build type and the tests are the host's business")
endif()
add_executable(shared_host host.c)
target_link_libraries(shared_host PRIVATE ContextPack::contextpack)
add_executable(static_host host.c)
target_link_libraries(static_host PRIVATE ContextPack::contextpack_static)
EOF
cat >"$scratch/host/host.c" <<'EOF'
#include <contextpack/contextpack.h>
#include <stdio.h>

int main(void)
{
    cpk_engine_options options = CPK_ENGINE_OPTIONS_INIT;
    cpk_engine *engine = NULL;
    cpk_status status;

    options.database = "sqlite::memory:";
    status = cpk_engine_open(&options, &engine, NULL);
    cpk_engine_close(engine);
    puts(cpk_version());
    return status != CPK_OK;
}
EOF
CFLAGS='-O0 -Werror' cmake -S "$scratch/host" -B "$scratch/part" -G Ninja -DCONTEXTPACK_SOURCE="$project" >"$scratch/log" 2>&1 &&
    cmake --build "$scratch/part" --parallel "$jobs" >>"$scratch/log" 2>&1 || fail "$(tail -n 20 "$scratch/log")"
"$scratch/part/shared_host"
"$scratch/part/static_host"
rm -rf "$scratch"
