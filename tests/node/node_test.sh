#!/usr/bin/env bash
# Builds the Node package in a folder of its own and runs a test on it. Usage: node_test.sh PROJECT WORK LIBRARY TEST
set -euo pipefail
project=$1
work=$2
export CONTEXTPACK_LIBRARY=$3
rm -rf "$work"
mkdir -p "$work/build/Release"
cp -r "$project"/bindings/node/{index.*,lib,types,package.json} "$work/"
node "$project/bindings/node/build.mjs" "$work/build/Release/contextpack.node"
PACKAGE="$work/index.cjs" SAMPLE="$project/tests/data/sample/conversations.json" exec node --test "$4"
