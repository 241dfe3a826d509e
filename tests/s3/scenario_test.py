#!/usr/bin/env python3
"""The scenario of tests/scenario in every language, with its files in a bucket: scenario_test.py DATA WORK NAME=COMMAND..."""
import os
import pathlib
import sys

SCENARIO = pathlib.Path(__file__).resolve().parent.parent / "scenario"
sys.path.insert(0, str(SCENARIO))
import compare  # noqa: E402

from bucket import Bucket  # noqa: E402

bucket = Bucket()
os.environ["CONTEXTPACK_TEST_STORAGE"] = bucket.uri("RUNNER")
code = compare.main()
for runner in (argument.partition("=")[0] for argument in sys.argv[3:]):
    if not bucket.keys(runner + "/"):
        sys.exit(f"{runner} stored nothing in the bucket")
if bucket.uploads():
    sys.exit("an upload was left unfinished")
sys.exit(code)
