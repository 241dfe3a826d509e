#!/usr/bin/env python3
"""Writes aes_256_gcm.txt from Wycheproof's aes_gcm_test.json: the vectors with keys of 256, nonces of 96 and tags of 128
bits, which is what the encryption of storages uses.

    reduce_vectors.py testvectors_v1/aes_gcm_test.json > aes_256_gcm.txt
"""
import json
import sys

SIZES = {"keySize": 256, "ivSize": 96, "tagSize": 128}
FIELDS = ("key", "iv", "aad", "msg", "ct", "tag")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        groups = json.load(file)["testGroups"]
    print("# Test vectors of Project Wycheproof, testvectors_v1/aes_gcm_test.json (github.com/C2SP/wycheproof), Copyright")
    print("# its authors, Apache License 2.0 (www.apache.org/licenses/LICENSE-2.0), reduced by reduce_vectors.py.")
    print("# number result", *FIELDS, "(hexadecimal; -: empty)")
    for group in groups:
        if all(group[name] == size for name, size in SIZES.items()):
            for vector in group["tests"]:
                print(vector["tcId"], vector["result"], *(vector[name] or "-" for name in FIELDS))


main()
