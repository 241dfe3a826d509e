// Makes the raw layer of the Node package from bindings/api.json: the function table that the addon resolves, the calls
// behind it, the snapshots' factories, the constants and the TypeScript declarations. It prints what is described there
// (roles, kinds, what a null means) and reads nothing out of names or comments.
// Usage: node bindings/node/generate.mjs [--check]      --check: changes nothing and fails when a file is out of date
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const api = JSON.parse(readFileSync(join(here, '../api.json'), 'utf8'));
const functions = new Map(api.functions.map((item) => [item.name, item]));
const types = new Map(api.types.map((item) => [item.name, item]));

// What the description can't say: how the addon passes things.
const HANDLES = { cpk_engine: 'ENGINE', cpk_session: 'SESSION' };
const SPECIAL_INPUTS = {
    cpk_engine_options: 'ARG_ENGINE_OPTIONS',
    cpk_run_options: 'ARG_RUN',
    cpk_input: 'ARG_INPUT',
};
const EMITTERS = {
    cpk_message_fn: ['EMIT_MESSAGE', 'Message'],
    cpk_chunk_fn: ['EMIT_CHUNK', 'Chunk'],
    cpk_migration_fn: ['EMIT_MIGRATION', 'Migration'],
    cpk_check_fn: ['EMIT_CHECK', 'CheckResult'],
    cpk_migration_change_fn: ['EMIT_CHANGE', 'MigrationChange'],
    cpk_drift_fn: ['EMIT_DRIFT', 'Drift'],
    cpk_sweep_fn: ['EMIT_ORPHAN', 'Orphan'],
};
// Calls on a snapshot, which JavaScript names by its id: the snapshot is got, asked and freed on the worker.
const SUBJECTS = { cpk_package_price: 'cpk_package_get' };

const camel = (name) => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const pascal = (name) => (name === 'cpk_page' ? 'PageParams' : camel('_' + name.replace(/^cpk_/, '')));
const pointee = (type) => type.replace(/^const /, '').replace(/ ?\*+$/, '').trim();
const roleOf = (name) => types.get(name)?.role;
const isList = (name) => roleOf(name) === 'list';
const isSnapshot = (name) => roleOf(name) === 'snapshot';
const snapshots = api.types.filter((item) => isSnapshot(item.name)).map((item) => item.name);
const lists = api.types.filter((item) => isList(item.name)).map((item) => item.name);
const fieldsOf = (snapshot) => types.get(snapshot).getters;
// "tiers" of a package are rows: getters that take an index, and a getter that says how many there are.
const rowsOf = (snapshot) => types.get(snapshot).rows ?? [];
const subjectOf = (item) =>
    item.name in SUBJECTS ? { base: pointee(item.params[0].type), getter: functions.get(SUBJECTS[item.name]) } : null;
const itemOf = (list) => types.get(list).item;

const notYetText = readFileSync(join(here, 'not-yet.txt'), 'utf8');
const left = [...notYetText.matchAll(/^(cpk_\w+)/gm)].map((match) => match[1]);
const leftOut = JSON.parse(readFileSync(join(here, 'left-out.json'), 'utf8'));

/* ---- one function's arguments ---- */

const TEXT_KINDS = ['id', 'text', 'json', 'word', 'folder'];

function fieldKind(field, direction) {
    if (field.kind === 'size' || field.kind === 'reserved') {
        return null;
    }
    if (/^char\[\d+\]$/.test(field.type) && direction === 'out') {
        return 'FIELD_CHARS';
    }
    if (direction === 'in' && (/_fn$/.test(field.type) || /_user$/.test(field.name))) {
        return null; // callbacks of a struct: the calls that take progress, notes and items have their own way
    }
    if (field.type === 'const cpk_run_options *') {
        return 'FIELD_RUN';
    }
    const special = { money: 'FIELD_MONEY', time: 'FIELD_TIME' }[field.kind];
    const kinds = { int32_t: 'FIELD_INT32', uint32_t: 'FIELD_UINT32', int64_t: 'FIELD_INT64' };
    const kind = special ?? (TEXT_KINDS.includes(field.kind) && field.type === 'const char *' ? 'FIELD_TEXT' : kinds[field.type]);
    if (!kind) {
        throw new Error(`no way to pass ${field.type} ${field.name}`);
    }
    return kind;
}

const records = new Map(); // struct name -> { direction, fields }
function record(name, asked) {
    const direction = records.get(name)?.direction === 'out' ? 'out' : asked; // what a call fills may also be given to one
    const fields = types
        .get(name)
        .fields.map((field) => ({ ...field, passed: fieldKind(field, direction) }))
        .filter((field) => field.passed);
    records.set(name, { direction, fields });
    return name;
}

function classify(item) {
    const params = item.params;
    const result = [];
    for (let index = 0; index < params.length; index++) {
        const name = params[index].name;
        const type = params[index].type === 'cpk_status' ? 'int32_t' : params[index].type;
        const base = pointee(type);
        const next = params[index + 1];
        const take = (kind) => {
            if (next?.kind !== kind) {
                throw new Error(`${item.name}: ${name} is followed by ${next?.name}, which is no ${kind}`);
            }
            index++;
            result.push({ kind: 'ARG_FILLED', name: next.name });
        };
        if (type === 'cpk_error **') {
            result.push({ kind: 'ARG_ERROR', name });
        } else if (type === 'const cpk_cancel *') {
            result.push({ kind: 'ARG_CANCEL', name });
        } else if (base in HANDLES && /^(const )?\w+ \*$/.test(type)) {
            result.push({ kind: `ARG_${HANDLES[base]}`, name });
        } else if (base in HANDLES) {
            result.push({ kind: `OUT_${HANDLES[base]}`, name });
        } else if (base in SPECIAL_INPUTS && type.startsWith('const ')) {
            result.push({ kind: SPECIAL_INPUTS[base], name });
        } else if (params[index].kind === 'data') {
            result.push({ kind: 'ARG_BYTES', name });
            take('length');
        } else if (params[index].kind === 'texts') {
            result.push({ kind: 'ARG_TEXTS', name });
            take('count');
        } else if (TEXT_KINDS.includes(params[index].kind)) {
            result.push({ kind: 'ARG_TEXT', name });
        } else if (type === 'cpk_write_fn') {
            result.push({ kind: 'ARG_WRITE', name });
            take('user');
        } else if (type in EMITTERS) {
            result.push({ kind: 'ARG_EMIT', name, extra: EMITTERS[type][0], item: EMITTERS[type][1] });
            if (!(next.type in EMITTERS)) { // several share the user pointer after the last one
                take('user');
            }
        } else if (['int32_t', 'int64_t', 'uint32_t', 'size_t'].includes(type)) {
            result.push({ kind: `ARG_${type.replace('_t', '').toUpperCase()}`, name });
        } else if (params[index].kind === 'token_ids') {
            result.push({ kind: 'OUT_IDS', name });
            take('capacity');
        } else if (['int32_t *', 'int64_t *', 'size_t *'].includes(type)) {
            result.push({ kind: `OUT_${type.replace('_t *', '').toUpperCase()}`, name });
        } else if (isSnapshot(base) && type.endsWith('**')) {
            result.push({ kind: 'OUT_SNAPSHOT', name, extra: `SNAPSHOT_${base}`, base });
        } else if (isList(base) && type.endsWith('**')) {
            result.push({ kind: 'OUT_LIST', name, extra: `LIST_${base}`, base });
        } else if (types.get(base)?.kind === 'struct' && type.startsWith('const ')) {
            result.push({ kind: 'ARG_RECORD', name, extra: `RECORD_${record(base, 'in')}`, base });
        } else if (types.get(base)?.kind === 'struct') {
            result.push({ kind: 'OUT_RECORD', name, extra: `RECORD_${record(base, 'out')}`, base });
        } else {
            throw new Error(`${item.name}: no way to pass ${type} ${name}; teach generate.mjs or name it in not-yet.txt`);
        }
    }
    return result;
}

// Every library that the addon can load has what came with the first version of the API.
const firstVersion = api.functions
    .map((item) => item.since)
    .reduce((first, since) => (since.localeCompare(first, 'en', { numeric: true }) < 0 ? since : first));

// What the addon's own C code uses: errors and cancel tokens, which a call makes, gives back or takes first.
const isByHand = (item) => [item.returns, item.params[0]?.type ?? ''].some((type) => roleOf(pointee(type)) === 'object');
// What the addon calls by itself, beside that: getters, lists and frees.
const internal = new Set(
    api.functions
        .filter((item) => item.role !== 'call' || isByHand(item))
        .map((item) => item.name),
);
// left-out.json names functions, and roles of functions.
const isLeftOut = (name) => name in leftOut || functions.get(name)?.role in leftOut;

// A function that nothing in lib/ or src/ calls waits in not-yet.txt, where a person finds it.
const written = ['lib', 'src']
    .flatMap((folder) => readdirSync(join(here, folder)).map((name) => join(here, folder, name)))
    .filter((path) => !/generated\.\w+$/.test(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
const called = new Set(written.match(/\bcpk_\w+/g).flatMap((name) => [name, name.replace(/_async$/, '')]));
for (const item of api.functions) {
    const isUnused = !internal.has(item.name) && !called.has(item.name);
    if (isUnused && !left.includes(item.name) && !isLeftOut(item.name)) {
        left.push(item.name);
    }
}
const known = new Set(api.functions.map((item) => item.name));
const waiting = left.filter((name) => known.has(name) && !called.has(name) && !internal.has(name) && !isLeftOut(name));

const resolved = api.functions.filter((item) => !isLeftOut(item.name) && !waiting.includes(item.name));
const calls = resolved
    .filter((item) => !internal.has(item.name))
    .map((item) => {
        const subject = subjectOf(item);
        const params = subject ? [...subject.getter.params.slice(0, 2), ...item.params.slice(1)] : item.params;
        return { ...item, params, subject, arguments: classify({ ...item, params }) };
    });

/* ---- C ---- */

const note = 'Made by bindings/node/generate.mjs from bindings/api.json: do not edit.';

function callC(item) {
    const args = item.arguments.map((argument, index) => {
        const type = item.params[index].type;
        const slot = `slots[${index}]`;
        const kind = argument.kind;
        if (['ARG_INT32', 'ARG_INT64', 'ARG_UINT32', 'ARG_SIZE'].includes(kind)) {
            return `${slot}.${kind.slice(4).toLowerCase()}`;
        }
        if (kind === 'ARG_FILLED' && type === 'size_t') {
            return `${slot}.size`;
        }
        if (kind === 'ARG_WRITE' || kind === 'ARG_EMIT') {
            return `(${type})${slot}.call`;
        }
        if (kind.startsWith('OUT_INT') || kind === 'OUT_SIZE') {
            return `&${slot}.${kind.slice(4).toLowerCase()}`;
        }
        if (/^OUT_(ENGINE|SESSION|SNAPSHOT|LIST)$/.test(kind) || kind === 'ARG_ERROR') {
            return `(void *)&${slot}.pointer`;
        }
        return `${slot}.pointer`;
    });
    if (item.subject) {
        const { base, getter } = item.subject;
        const [session, id, ...rest] = args;
        return `static void call_${item.name}(slot *slots, slot *result)
{
    ${base} *object = NULL;

    result->int32 = library.${getter.name}(${session}, ${id}, &object, ${rest.at(-1)});
    if (result->int32 == CPK_OK) {
        result->int32 = library.${item.name}(object, ${rest.join(', ')});
    }
    library.${base}_free(object);
}
`;
    }
    const target = { cpk_status: 'int32', int32_t: 'int32', size_t: 'size', 'const char *': 'text' }[item.returns];
    if (!target && item.returns !== 'void') {
        throw new Error(`${item.name} returns ${item.returns}`);
    }
    const unused = args.length === 0 ? '    (void)slots;\n' : '';
    const drop = target ? '' : '    (void)result;\n';
    return `static void call_${item.name}(slot *slots, slot *result)
{
${unused}${drop}    ${target ? `result->${target} = ` : ''}library.${item.name}(${args.join(', ')});
}
`;
}

// How a field becomes a JavaScript value.
function valueC(field) {
    const { returns } = functions.get(field.function);
    if (TEXT_KINDS.includes(field.kind)) {
        return 'value_text';
    }
    const special = { money: 'value_money', time: 'value_time' }[field.kind];
    return special ?? (field.null === 'nullable' && returns === 'int64_t' ? 'value_known' : 'value_integer');
}

function headerC() {
    return `/* ${note} */
#ifndef CONTEXTPACK_NODE_GENERATED_H
#define CONTEXTPACK_NODE_GENERATED_H

#include <contextpack/contextpack.h>

/* Every function of the library that the addon uses; NULL for one that an older library does not have. */
typedef struct library_functions {
${resolved.map((item) => `    __typeof__(&${item.name}) ${item.name};`).join('\n')}
} library_functions;

enum {
${snapshots.map((name) => `    SNAPSHOT_${name},`).join('\n')}
    SNAPSHOT_COUNT
};

enum {
${lists.map((name) => `    LIST_${name},`).join('\n')}
    LIST_COUNT
};

enum {
${[...records.keys()].map((name) => `    RECORD_${name},`).join('\n')}
    RECORD_COUNT
};

#endif
`;
}

function recordsC() {
    const parts = [];
    for (const [name, { fields }] of records) {
        parts.push(`static const field fields_${name}[] = {
${fields.map((field) => `    {"${camel(field.name)}", ${field.passed}, offsetof(${name}, ${field.name})},`).join('\n')}
};
`);
    }
    parts.push(`const record records[RECORD_COUNT] = {
${[...records].map(([name, { fields }]) => `    {"${name}", sizeof(${name}), fields_${name}, ${fields.length}},`).join('\n')}
};
`);
    return parts.join('\n');
}

function rowsC(snapshot, { name, count, getters }) {
    return `static napi_value rows_${snapshot}_${name}(napi_env env, const void *object)
{
    int32_t count = library.${count} == NULL ? 0 : library.${count}(object);
    napi_value rows = NULL;

    napi_create_array_with_length(env, (size_t)count, &rows);
    for (int32_t i = 0; i < count; i++) {
        napi_value row = NULL;

        napi_create_array_with_length(env, ${getters.length}, &row);
${getters.map((field, index) => `        napi_set_element(env, row, ${index}, ${valueC(field)}(env, library.${field.function}(object, i)));`).join('\n')}
        napi_set_element(env, rows, (uint32_t)i, row);
    }
    return rows;
}
`;
}

function snapshotsC() {
    const parts = [];
    for (const name of snapshots) {
        const fields = fieldsOf(name);
        const rows = rowsOf(name);
        parts.push(...rows.map((row) => rowsC(name, row)));
        parts.push(`static void read_${name}(napi_env env, const void *object, napi_value *values)
{
${fields.map((field, index) => `    values[${index}] = ${field.since === firstVersion ? '' : `library.${field.function} == NULL ? value_null(env) : `}${valueC(field)}(env, library.${field.function}(object));`).join('\n')}${rows.map((row, index) => `
    values[${fields.length + index}] = rows_${name}_${row.name}(env, object);`).join('')}
}

static void free_${name}(void *object)
{
    library.${name}_free(object);
}
`);
    }
    for (const name of lists) {
        parts.push(`static size_t count_${name}(const void *list)
{
    return library.${name}_count(list);
}

static const void *at_${name}(const void *list, size_t index)
{
    return library.${name}_at(list, index);
}

static const char *next_${name}(const void *list)
{
    return library.${name}_next(list);
}

static void free_${name}(void *list)
{
    library.${name}_free(list);
}
`);
    }
    parts.push(`const snapshot snapshots[SNAPSHOT_COUNT] = {
${snapshots.map((name) => `    {${fieldsOf(name).length + rowsOf(name).length}, read_${name}, free_${name}},`).join('\n')}
};

const list lists[LIST_COUNT] = {
${lists.map((name) => `    {SNAPSHOT_${itemOf(name)}, count_${name}, at_${name}, next_${name}, free_${name}},`).join('\n')}
};
`);
    return parts.join('\n');
}

function sourceC() {
    const tables = calls.map((item) => {
        const rows = item.arguments.map((argument) => `    {"${camel(argument.name)}", ${argument.kind}, ${argument.extra ?? 0}},`);
        return rows.length ? `static const argument arguments_${item.name}[] = {\n${rows.join('\n')}\n};\n` : '';
    });
    const returns = { cpk_status: 'RETURNS_STATUS', int32_t: 'RETURNS_INT32', size_t: 'RETURNS_SIZE', 'const char *': 'RETURNS_TEXT', void: 'RETURNS_NOTHING' };
    return `/* ${note} */
/* clang-format off */
#include "function.h"
#include "library.h"
#include "value.h"

const library_symbol library_symbols[] = {
${resolved.map((item) => `    {"${item.name}", offsetof(library_functions, ${item.name})},`).join('\n')}
};
const size_t library_symbol_count = sizeof library_symbols / sizeof *library_symbols;

${snapshotsC()}
${recordsC()}
${calls.map(callC).join('\n')}
${tables.filter(Boolean).join('\n')}
const function functions[] = {
${calls
    .map(
        (item) =>
            `    {"${item.name}", ${returns[item.returns]}, ${item.arguments.length}, ${item.arguments.length ? `arguments_${item.name}` : 'NULL'}, call_${item.name}, offsetof(library_functions, ${item.name})},`,
    )
    .join('\n')}
};
const size_t function_count = sizeof functions / sizeof *functions;
`;
}

/* ---- JavaScript ---- */

const inNames = new Set(['ARG_ENGINE', 'ARG_SESSION', 'ARG_TEXT', 'ARG_TEXTS', 'ARG_BYTES', 'ARG_INT32', 'ARG_INT64', 'ARG_UINT32', 'ARG_SIZE', 'ARG_RECORD', 'ARG_INPUT', 'ARG_ENGINE_OPTIONS']);
const outs = (item) => item.arguments.filter((argument) => argument.kind.startsWith('OUT_'));
const outName = (argument) => (argument.name === 'result' && argument.base ? camel(argument.base.replace(/^cpk_/, '')) : camel(argument.name));
const enums = new Map(api.enums.map((item) => [item.name, item]));
const valueOf = new Map(api.constants.map((item) => [item.name, item.value]));
// The words of an enumeration with their numbers: the constants' names without the prefix, in lower case.
const wordsOf = (name) =>
    enums.get(name).constants.map((constant) => [constant.slice(enums.get(name).prefix.length).toLowerCase(), valueOf.get(constant)]);

// What a field is, in JavaScript's words.
const docOf = (field) =>
    field.doc.replace(/\bNULL\b/g, 'null') +
    (field.kind === 'money' ? ' In millionths.' : '');

// An array of frozen objects, one for each row.
function rowFields(snapshot) {
    const first = fieldsOf(snapshot).length;
    return rowsOf(snapshot).map((row, index) => {
        const columns = row.getters.map((field) => ({
            name: camel(field.name),
            type: field.kind === 'money' ? 'bigint' : TEXT_KINDS.includes(field.kind) ? (field.null === 'nullable' ? 'string | null' : 'string') : 'number',
            doc: docOf(field),
        }));
        const listed = columns.map(({ name }) => name).join(', ');
        return {
            parameter: `a${first + index}`,
            name: `${camel(row.name)}s`,
            value: `Object.freeze(a${first + index}.map(([${listed}]) => Object.freeze({ ${listed} })))`,
            type: `readonly { ${columns.map(({ name, type }) => `readonly ${name}: ${type}`).join('; ')} }[]`,
            doc: columns.map(({ name, doc }) => `${name}: ${doc}`).join(' '),
        };
    });
}

// What a property is called: that with the word has the name of its code, which gets `Code` behind its own.
function snapshotFields(snapshot) {
    const fields = fieldsOf(snapshot);
    const codes = new Map(fields.filter((field) => field.word).map((field) => [field.word, field.name]));
    return fields
        .flatMap((field, index) => {
            const parameter = `a${index}`;
            const { kind } = field;
            const doc = docOf(field);
            const name = camel(codes.get(field.name) ?? field.name);
            const optional = field.null === 'nullable' ? ' | null' : '';
            if (kind === 'enum') {
                const listed = `${doc} The number: ${enums.get(field.enum).constants[0]} ...`;
                const code = { parameter, name: `${name}Code`, value: parameter, type: 'number', doc: listed };
                if (field.word) {
                    return [code];
                }
                const words = wordsOf(field.enum);
                const table = `{ ${words.map(([word, value]) => `${value}: '${word}'`).join(', ')} }`;
                const type = words.map(([word]) => `'${word}'`).join(' | ');
                return [{ parameter, name, value: `(${table})[${parameter}] ?? 'unknown'`, type, doc }, code];
            }
            if (kind === 'time') {
                return [
                    { parameter, name, value: `date(${parameter})`, type: `Date${optional}`, doc },
                    { parameter, name: `${name}Micros`, value: parameter, type: `number${optional}`, doc: `${doc} Microseconds since 1970 UTC.` },
                ];
            }
            if (kind === 'flag') {
                return [{ parameter, name, value: `${parameter} === 1`, type: 'boolean', doc }];
            }
            const type = { value_text: 'string', value_money: 'bigint', value_known: 'number', value_integer: 'number' }[valueC(field)];
            return [{ parameter, name, value: parameter, type: `${type}${optional}`, doc }];
        })
        .concat(rowFields(snapshot));
}

// The description is read as doubles: of a value beyond those, only the least int64_t is sure.
function isExact(item) {
    if (Number.isSafeInteger(item.value)) {
        return true;
    }
    if (item.value !== -(2 ** 63)) {
        throw new Error(`${item.name}: no way to write ${item.value}`);
    }
    return false;
}

function opensOf(item) {
    const handle = item.arguments.find((argument) => ['OUT_ENGINE', 'OUT_SESSION'].includes(argument.kind));
    return handle ? `'${handle.kind.slice('OUT_'.length).toLowerCase()}'` : null;
}

function sourceJs() {
    const constants = api.constants.filter((item) => item.kind === 'int' || item.kind === 'string');
    const literal = (item) =>
        typeof item.value === 'string' ? JSON.stringify(item.value) : isExact(item) ? String(item.value) : '-(2n ** 63n)';
    return `'use strict';
// ${note}

const date = (micros) => (micros === null ? null : new Date(micros / 1000));

exports.constants = Object.freeze({
${constants.map((item) => `    ${item.name}: ${literal(item)},`).join('\n')}
});

// The words of each enumeration, with their numbers.
exports.enums = Object.freeze({
${api.enums.map((item) => `    ${item.name}: Object.freeze({ ${wordsOf(item.name).map(([word, value]) => `${word}: ${value}`).join(', ')} }),`).join('\n')}
});

exports.factories = [
${snapshots
    .map((name) => {
        const fields = snapshotFields(name);
        return `    // ${name}
    (${Array.from({ length: fieldsOf(name).length + rowsOf(name).length }, (_, index) => `a${index}`).join(', ')}) =>
        Object.freeze({
${fields.map((field) => `            ${field.name}: ${field.value},`).join('\n')}
        }),`;
    })
    .join('\n')}
];

// What each call gives back, by name; what JavaScript gives; whether it works on a worker; which out is a page (-1:
// none); whether it writes bytes; which kind of handle it opens.
exports.functions = {
${calls
    .map((item) => {
        const names = outs(item).filter((argument) => !(argument.kind === 'OUT_SIZE' && outs(item).some((other) => other.kind === 'OUT_IDS')));
        const list = names.map((argument) => `'${outName(argument)}'`).join(', ');
        const pages = names.findIndex((argument) => argument.kind === 'OUT_LIST');
        const inputs = item.arguments.filter((argument) => inNames.has(argument.kind)).length;
        return `    ${item.name}: { outs: [${list}], inputs: ${inputs}, isAsync: ${isAsync(item)}, page: ${pages}, writes: ${item.arguments.some((argument) => argument.kind === 'ARG_WRITE')}, opens: ${opensOf(item)} },`;
    })
    .join('\n')}
};
`;
}

/* ---- TypeScript ---- */

const inTypes = {
    ARG_ENGINE: 'EngineHandle', ARG_SESSION: 'SessionHandle', ARG_TEXT: 'string | null', ARG_TEXTS: 'readonly string[]', ARG_BYTES: 'string | Uint8Array',
    ARG_INT32: 'number', ARG_UINT32: 'number', ARG_INT64: 'number | bigint', ARG_SIZE: 'number', ARG_INPUT: 'RawInput',
    ARG_ENGINE_OPTIONS: 'RawEngineOptions | null',
};
const outTypes = {
    OUT_ENGINE: 'EngineHandle', OUT_SESSION: 'SessionHandle', OUT_INT32: 'number', OUT_INT64: 'number', OUT_SIZE: 'number', OUT_IDS: 'Uint32Array',
};
const fieldTypes = { FIELD_RUN: 'true', FIELD_TEXT: 'string | null', FIELD_CHARS: 'string', FIELD_INT32: 'number', FIELD_UINT32: 'number', FIELD_INT64: 'number', FIELD_MONEY: 'bigint', FIELD_TIME: 'number | null' };

function recordType(field, direction) {
    const isBig = direction === 'in' ? field.kind === 'money' : field.kind === 'number';
    return isBig ? 'number | bigint' : fieldTypes[field.passed];
}

function outType(argument) {
    if (argument.kind === 'OUT_SNAPSHOT') {
        return pascal(argument.base);
    }
    if (argument.kind === 'OUT_LIST') {
        return `Page<${pascal(itemOf(argument.base))}>`;
    }
    return argument.kind === 'OUT_RECORD' ? pascal(argument.base) : outTypes[argument.kind];
}

function resultType(item) {
    const results = outs(item);
    if (item.returns === 'const char *') {
        return 'string | null';
    }
    if (item.returns !== 'cpk_status') {
        return item.returns === 'void' ? 'void' : 'number';
    }
    if (results.some((argument) => argument.kind === 'OUT_IDS')) {
        return 'Uint32Array';
    }
    const fields = results.map((argument) => [outName(argument), outType(argument)]);
    if (item.arguments.some((argument) => argument.kind === 'ARG_WRITE')) {
        fields.push(['data', 'Buffer']);
    }
    if (fields.length <= 1) {
        return fields.length === 1 ? fields[0][1] : 'void';
    }
    return `{ ${fields.map(([name, type]) => `${name}: ${type}`).join('; ')} }`;
}

const comment = (text, indent = '') => {
    const clean = (text || '').replace(/\*\//g, '* /').trim();
    return clean ? `${indent}/** ${clean.split('\n').join(`\n${indent} * `)} */\n` : '';
};

// All that works with an engine or a session, but for getters, which wait for nothing.
function isAsync(item) {
    return !['int32_t', 'const char *'].includes(item.returns) && item.arguments.some((argument) => /^(ARG|OUT)_(ENGINE|SESSION)$/.test(argument.kind));
}

function declarations() {
    const parts = [`// ${note}
/// <reference types="node" />
import type { Control, EngineHandle, Page, RawEngineOptions, RawInput, SessionHandle } from './base';
`];
    for (const name of snapshots) {
        parts.push(`${comment(types.get(name).doc)}export interface ${pascal(name)} {
${snapshotFields(name).map((field) => `${comment(field.doc, '    ')}    readonly ${field.name}: ${field.type};`).join('\n')}
}
`);
    }
    for (const [name, { direction, fields }] of records) {
        parts.push(`${comment(types.get(name).doc)}export interface ${pascal(name)} {
${fields.map((field) => `${comment(field.doc, '    ')}    ${direction === 'out' ? 'readonly ' : ''}${camel(field.name)}${direction === 'in' ? '?' : ''}: ${recordType(field, direction)};`).join('\n')}
}
`);
    }
    for (const item of calls) {
        const ins = item.arguments.filter((argument) => inNames.has(argument.kind));
        const parameters = ins.map((argument) => `${camel(argument.name)}: ${argument.kind === 'ARG_RECORD' ? `${pascal(argument.base)} | null` : inTypes[argument.kind]}`);
        const returns = resultType(item);
        parts.push(
            `${comment(item.doc)}export function ${item.name}(${[...parameters, ...(isAsync(item) ? ['control?: Control'] : [])].join(', ')}): ${isAsync(item) ? `Promise<${returns}>` : returns};`,
        );
        if (!isAsync(item) && item.returns === 'cpk_status') {
            parts.push(`/** The same on a worker thread. */\nexport function ${item.name}_async(${[...parameters, 'control?: Control'].join(', ')}): Promise<${returns}>;`);
        }
    }
    parts.push(`
export const constants: {
${api.constants.map((item) => `    readonly ${item.name}: ${typeof item.value === 'string' ? 'string' : isExact(item) ? item.value : 'bigint'};`).join('\n')}
};
`);
    return parts.join('\n');
}

/* ---- files ---- */

const source = sourceC();
const declared = declarations();
const files = {
    'not-yet.txt': notYetText.replace(/^cpk_.*\n/gm, '') + waiting.map((name) => `${name}\n`).join(''),
    'src/generated.h': headerC(),
    'src/generated.c': source,
    'lib/generated.js': sourceJs(),
    'types/raw.d.ts': declared,
};
let stale = 0;
for (const [name, text] of Object.entries(files)) {
    const path = join(here, name);
    let old = null;
    try {
        old = readFileSync(path, 'utf8');
    } catch {
        // not made yet
    }
    if (old === text) {
        continue;
    }
    if (process.argv.includes('--check')) {
        console.error(`bindings/node/${name} is out of date: run scripts/generate`);
        stale = 1;
    } else {
        writeFileSync(path, text);
        console.log(`bindings/node/${name}`);
    }
}
process.exitCode = stale;
