#!/usr/bin/env python3
"""Packs a .tiktoken rank file into the compact format stored in the repository.

    pack_ranks.py o200k_base.tiktoken src/text/data/o200k_base.bpe

Byte-pair merging makes every token of more than one byte from two tokens of lower rank, so only these pairs are stored.
The program stops at a token for which this does not hold, and at a gap in the ids: the format cannot represent them.

The packed format is one zlib stream of: the number of tokens (4 bytes, little endian); the bytes for ids 0 to 255;
then, for ids from 256, the columns left[0..7], left[8..15], left[16..23], right[0..7], ... of the pairs.
"""

import base64
import sys
import zlib


def read_ranks(path):
    ranks = {}
    with open(path, "rb") as lines:
        for line in lines:
            token, rank = line.split()
            ranks[base64.b64decode(token)] = int(rank)
    return ranks


def last_pair(token, ranks):
    """The two parts of a token that remain after all merges of lower rank."""
    limit = ranks[token]
    parts = [token[i : i + 1] for i in range(len(token))]
    while True:
        best = min(
            ((ranks.get(parts[i] + parts[i + 1], limit), i) for i in range(len(parts) - 1)), default=(limit, 0)
        )
        if best[0] >= limit:
            break
        at = best[1]
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
    if len(parts) != 2:
        sys.exit(f"the token {token!r} (id {limit}) does not merge from two tokens of lower rank")
    return ranks[parts[0]], ranks[parts[1]]


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: pack_ranks.py RANKS.tiktoken OUTPUT.bpe")
    ranks = read_ranks(sys.argv[1])
    tokens = sorted(ranks, key=ranks.get)
    if [ranks[token] for token in tokens] != list(range(len(tokens))):
        sys.exit("the ids have a gap or a duplicate")
    if any(len(token) != 1 for token in tokens[:256]) or len(set(tokens[:256])) != 256:
        sys.exit("ids 0 to 255 are not the 256 bytes")
    pairs = [last_pair(token, ranks) for token in tokens[256:]]
    columns = [bytes(pair[side] >> shift & 0xFF for pair in pairs) for side in (0, 1) for shift in (0, 8, 16)]
    packed = len(tokens).to_bytes(4, "little") + b"".join(tokens[:256]) + b"".join(columns)
    with open(sys.argv[2], "wb") as output:
        output.write(zlib.compress(packed, 9))


main()
