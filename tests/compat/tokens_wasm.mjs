// npm's tiktoken behind the protocol of tokens_dump.c: node tokens_wasm.mjs WORK_FOLDER ENCODING < texts > ids
import { readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [folder, encoding] = process.argv.slice(2);
const { get_encoding } = createRequire(join(folder, 'package.json'))('tiktoken');
const tokenizer = get_encoding(encoding);
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const input = readFileSync(0);
const numbers = [];

for (let at = 0; at < input.length;) {
    const length = input.readUInt32LE(at);
    const ids = tokenizer.encode_ordinary(decoder.decode(input.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
    numbers.push(ids.length);
    for (const id of ids) {
        numbers.push(id);
    }
}
const output = Buffer.from(Uint32Array.from(numbers).buffer);
for (let at = 0; at < output.length;) {
    at += writeSync(1, output, at);
}
