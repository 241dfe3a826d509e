// Makes the raw layer of the Node package from bindings/api.json: the function table that the addon resolves, the calls
// behind it, the snapshots' factories, the constants and the TypeScript declarations.
// Usage: node bindings/node/generate.mjs [--check]      --check: changes nothing and fails when a file is out of date
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const api = JSON.parse(readFileSync(join(here, '../api.json'), 'utf8'));
const functions = new Map(api.functions.map((item) => [item.name, item]));
const types = new Map(api.types.map((item) => [item.name, item]));

// What the headers can't say.
const HANDLES = { cpk_engine: 'ENGINE', cpk_session: 'SESSION' };
const BY_HAND = new Set(['cpk_error', 'cpk_cancel']); // used by the addon's own C code
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
const MINUS_ONE_IS_UNKNOWN = /-1 (until|when|where|if|for|to)|-1: (not known|unknown|none)/;
// Codes that have no ..._name() of their own: the names' prefix, and the names.
const ENUM_NAMES = {
    cpk_user_payment_plan: ['CPK_PLAN_', 'CREDITS', 'UNLIMITED'],
    cpk_hold_status: ['CPK_HOLD_', 'OPEN', 'CLOSED'],
    cpk_webhook_result_outcome: ['CPK_WEBHOOK_', 'PROCESSED', 'REPEATED', 'IGNORED', 'UNCLAIMED', 'REFUSED'],
};

const camel = (name) => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const pascal = (name) => (name === 'cpk_page' ? 'PageParams' : camel('_' + name.replace(/^cpk_/, '')));
const pointee = (type) => type.replace(/^const /, '').replace(/ ?\*+$/, '').trim();
const isOpaque = (name) => types.get(name)?.kind === 'opaque';
const isList = (name) => isOpaque(name) && name.endsWith('_list');
const isSnapshot = (name) =>
    isOpaque(name) && !isList(name) && !(name in HANDLES) && !BY_HAND.has(name) && functions.has(`${name}_free`);
const snapshots = api.types.filter((item) => isSnapshot(item.name)).map((item) => item.name);
const lists = api.types.filter((item) => isList(item.name)).map((item) => item.name);
const gettersOf = (snapshot) =>
    api.functions.filter(
        (item) =>
            item.name.startsWith(`${snapshot}_`) && item.params.length === 1 && item.params[0].type === `const ${snapshot} *`,
    );
// Getters that take an index, whose count is a getter of its own: "tiers" of a package are rows of them.
const rowsOf = (snapshot) => {
    const rows = new Map();
    for (const item of api.functions) {
        const [object, index] = item.params;
        const isRow = item.params.length === 2 && object.type === `const ${snapshot} *` && index.type === 'int32_t' &&
            functions.has(`${snapshot}_${index.name}_count`);
        if (isRow) {
            rows.set(index.name, [...(rows.get(index.name) ?? []), item]);
        }
    }
    return rows;
};
// A call on a snapshot, which JavaScript names by its id: the snapshot is got, asked and freed on the worker.
const subjectOf = (item) => {
    const base = pointee(item.params[0]?.type ?? '');
    const getter = functions.get(`${base}_get`);
    const isOnSnapshot = isSnapshot(base) && item.params[0].type === `const ${base} *` &&
        item.params.at(-1).type === 'cpk_error **' && getter?.params.length === 4;
    return isOnSnapshot ? { base, getter } : null;
};
const itemOf = (list) => pointee(functions.get(`${list}_at`).returns);

const notYetText = readFileSync(join(here, 'not-yet.txt'), 'utf8');
const left = [...notYetText.matchAll(/^(cpk_\w+)/gm)].map((match) => match[1]);
const leftOut = JSON.parse(readFileSync(join(here, 'left-out.json'), 'utf8'));

/* ---- one function's arguments ---- */

function fieldKind(field, direction) {
    if (field.name === 'struct_size' || field.name === 'reserved') {
        return null;
    }
    const kinds = { 'const char *': 'FIELD_TEXT', int32_t: 'FIELD_INT32', uint32_t: 'FIELD_UINT32', int64_t: 'FIELD_INT64' };
    const kind = /^char\[\d+\]$/.test(field.type) ? 'FIELD_CHARS' : kinds[field.type];
    if (!kind || (kind === 'FIELD_CHARS' && direction === 'in')) {
        throw new Error(`no way to pass ${field.type} ${field.name}`);
    }
    if (kind === 'FIELD_INT64' && /_micros$/.test(field.name)) {
        return 'FIELD_MONEY';
    }
    if (kind === 'FIELD_INT64' && /(_at|_us)$/.test(field.name)) {
        return 'FIELD_TIME';
    }
    return kind;
}

const records = new Map(); // struct name -> { direction, fields }
function record(name, direction) {
    const fields = types
        .get(name)
        .fields.map((field) => ({ ...field, kind: fieldKind(field, direction) }))
        .filter((field) => field.kind);
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
        const take = () => {
            index++;
            result.push({ kind: 'ARG_FILLED', name: params[index].name });
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
        } else if (/^const (char|void) \*$/.test(type) && next?.type === 'size_t' && /^(length|.*_length|.*_bytes)$/.test(next.name)) {
            result.push({ kind: 'ARG_BYTES', name });
            take();
        } else if (type === 'const char *') {
            result.push({ kind: 'ARG_TEXT', name });
        } else if (type === 'cpk_write_fn') {
            result.push({ kind: 'ARG_WRITE', name });
            take();
        } else if (type in EMITTERS) {
            result.push({ kind: 'ARG_EMIT', name, extra: EMITTERS[type][0], item: EMITTERS[type][1] });
            if (!(next.type in EMITTERS)) { // several share the user pointer after the last one
                take();
            }
        } else if (['int32_t', 'int64_t', 'uint32_t', 'size_t'].includes(type)) {
            result.push({ kind: `ARG_${type.replace('_t', '').toUpperCase()}`, name });
        } else if (type === 'uint32_t *' && next?.name === 'capacity') {
            result.push({ kind: 'OUT_IDS', name });
            take();
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

const internal = new Set();
for (const name of snapshots) {
    gettersOf(name).forEach((item) => internal.add(item.name));
    [...rowsOf(name).values()].flat().forEach((item) => internal.add(item.name));
    internal.add(`${name}_free`);
}
for (const name of lists) {
    ['count', 'at', 'next', 'free'].forEach((verb) => internal.add(`${name}_${verb}`));
}
for (const item of api.functions) {
    if (BY_HAND.has(item.name.split('_').slice(0, 2).join('_')) || /_init$/.test(item.name) ||
        /^cpk_(engine|session)_close$/.test(item.name)) {
        internal.add(item.name);
    }
}
const isLeftOut = (name) =>
    Object.keys(leftOut).some((pattern) => (pattern.startsWith('*') ? name.endsWith(pattern.slice(1)) : name === pattern));

// A function that is new and that nothing in lib/ or src/ calls waits in not-yet.txt, where a person finds it.
const written = ['lib', 'src']
    .flatMap((folder) => readdirSync(join(here, folder)).map((name) => join(here, folder, name)))
    .filter((path) => !/generated\.\w+$/.test(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
const called = new Set(written.match(/\bcpk_\w+/g));
for (const item of api.functions) {
    const isNew = item.since !== '0.1' && !internal.has(item.name) && !called.has(item.name);
    if (isNew && !left.includes(item.name) && !isLeftOut(item.name)) {
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

function getterC(getter) {
    if (getter.returns === 'const char *') {
        return 'value_text';
    }
    if (getter.returns === 'int32_t' || getter.returns === 'size_t') {
        return 'value_integer';
    }
    if (/_micros$/.test(getter.name)) {
        return 'value_money';
    }
    if (/_at$/.test(getter.name)) {
        return 'value_time';
    }
    return MINUS_ONE_IS_UNKNOWN.test(getter.doc) ? 'value_known' : 'value_integer';
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
${fields.map((field) => `    {"${camel(field.name)}", ${field.kind}, offsetof(${name}, ${field.name})},`).join('\n')}
};
`);
    }
    parts.push(`const record records[RECORD_COUNT] = {
${[...records].map(([name, { fields }]) => `    {"${name}", sizeof(${name}), fields_${name}, ${fields.length}},`).join('\n')}
};
`);
    return parts.join('\n');
}

function rowsC(snapshot, row, getters) {
    return `static napi_value rows_${snapshot}_${row}(napi_env env, const void *object)
{
    int32_t count = library.${snapshot}_${row}_count == NULL ? 0 : library.${snapshot}_${row}_count(object);
    napi_value rows = NULL;

    napi_create_array_with_length(env, (size_t)count, &rows);
    for (int32_t i = 0; i < count; i++) {
        napi_value row = NULL;

        napi_create_array_with_length(env, ${getters.length}, &row);
${getters.map((getter, index) => `        napi_set_element(env, row, ${index}, ${getterC(getter)}(env, library.${getter.name}(object, i)));`).join('\n')}
        napi_set_element(env, rows, (uint32_t)i, row);
    }
    return rows;
}
`;
}

function snapshotsC() {
    const parts = [];
    for (const name of snapshots) {
        const getters = gettersOf(name);
        const rows = [...rowsOf(name)];
        parts.push(...rows.map(([row, items]) => rowsC(name, row, items)));
        parts.push(`static void read_${name}(napi_env env, const void *object, napi_value *values)
{
${getters.map((getter, index) => `    values[${index}] = ${getter.since === '0.1' ? '' : `library.${getter.name} == NULL ? value_null(env) : `}${getterC(getter)}(env, library.${getter.name}(object));`).join('\n')}${rows.map(([row], index) => `
    values[${getters.length + index}] = rows_${name}_${row}(env, object);`).join('')}
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
${snapshots.map((name) => `    {${gettersOf(name).length + rowsOf(name).size}, read_${name}, free_${name}},`).join('\n')}
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

const inNames = new Set(['ARG_ENGINE', 'ARG_SESSION', 'ARG_TEXT', 'ARG_BYTES', 'ARG_INT32', 'ARG_INT64', 'ARG_UINT32', 'ARG_SIZE', 'ARG_RECORD', 'ARG_INPUT', 'ARG_ENGINE_OPTIONS']);
const outs = (item) => item.arguments.filter((argument) => argument.kind.startsWith('OUT_'));
const outName = (argument) => (argument.name === 'result' && argument.base ? camel(argument.base.replace(/^cpk_/, '')) : camel(argument.name));
const constantNamed = (name) => api.constants.find((item) => item.name === name);
const fieldName = (snapshot, getter) => getter.name.slice(snapshot.length + 1);

// An array of frozen objects, one for each row.
function rowFields(snapshot) {
    const first = gettersOf(snapshot).length;
    return [...rowsOf(snapshot)].map(([row, items], index) => {
        const columns = items.map((item) => ({
            name: camel(item.name.slice(`${snapshot}_${row}_`.length)),
            type: getterC(item) === 'value_money' ? 'bigint' : 'number',
            doc: item.doc || '',
        }));
        const listed = columns.map(({ name }) => name).join(', ');
        return {
            parameter: `a${first + index}`,
            name: `${camel(row)}s`,
            value: `Object.freeze(a${first + index}.map(([${listed}]) => Object.freeze({ ${listed} })))`,
            type: `readonly { ${columns.map(({ name, type }) => `readonly ${name}: ${type}`).join('; ')} }[]`,
            doc: columns.map(({ name, doc }) => (doc ? `${name}: ${doc}` : '')).filter(Boolean).join('. '),
        };
    });
}

function snapshotFields(snapshot) {
    const getters = gettersOf(snapshot);
    const names = getters.map((getter) => fieldName(snapshot, getter));
    return getters.flatMap((getter, index) => {
        const name = names[index];
        const argument = camel(name === 'name' || !name.endsWith('_name') || !names.includes(name.slice(0, -5)) ? name : name.slice(0, -5));
        const twin = names.includes(`${name}_name`);
        const parameter = `a${index}`;
        const doc = getter.doc || '';
        if (getter.name in ENUM_NAMES) {
            const [prefix, ...words] = ENUM_NAMES[getter.name];
            const values = words.map((word) => constantNamed(`${prefix}${word}`));
            const table = `{ ${values.map((item) => `${item.value}: '${item.name.slice(prefix.length).toLowerCase()}'`).join(', ')} }`;
            return [
                { parameter, name: camel(name), value: `(${table})[${parameter}] ?? 'unknown'`, type: values.map((item) => `'${item.name.slice(prefix.length).toLowerCase()}'`).join(' | '), doc },
                { parameter, name: `${camel(name)}Code`, value: parameter, type: 'number', doc },
            ];
        }
        if (twin) {
            return [{ parameter, name: `${camel(name)}Code`, value: parameter, type: 'number', doc }];
        }
        if (getterC(getter) === 'value_time') {
            const optional = /UNKNOWN/.test(doc) ? ' | null' : '';
            return [
                { parameter, name: camel(name), value: `date(${parameter})`, type: `Date${optional}`, doc },
                { parameter, name: `${camel(name)}Micros`, value: parameter, type: `number${optional}`, doc },
            ];
        }
        if (/^is_/.test(name)) {
            return [{ parameter, name: camel(name), value: `${parameter} === 1`, type: 'boolean', doc }];
        }
        const kind = getterC(getter);
        const type =
            kind === 'value_text'
                ? /NULL/.test(doc.replace(/never NULL/g, '')) ? 'string | null' : 'string'
                : kind === 'value_money' ? 'bigint' : kind === 'value_known' ? 'number | null' : 'number';
        return [{ parameter, name: argument, value: parameter, type, doc }];
    }).concat(rowFields(snapshot));
}

function sourceJs() {
    const constants = api.constants.filter((item) => item.kind === 'int' || item.kind === 'string');
    const literal = (item) =>
        typeof item.value === 'string' ? JSON.stringify(item.value) : item.name === 'CPK_TIME_UNKNOWN' ? '-(2n ** 63n)' : String(item.value);
    return `'use strict';
// ${note}

const date = (micros) => (micros === null ? null : new Date(micros / 1000));

exports.constants = Object.freeze({
${constants.map((item) => `    ${item.name}: ${literal(item)},`).join('\n')}
});

exports.factories = [
${snapshots
    .map((name) => {
        const getters = gettersOf(name);
        const fields = snapshotFields(name);
        return `    // ${name}
    (${Array.from({ length: getters.length + rowsOf(name).size }, (_, index) => `a${index}`).join(', ')}) =>
        Object.freeze({
${fields.map((field) => `            ${field.name}: ${field.value},`).join('\n')}
        }),`;
    })
    .join('\n')}
];

// What each call gives back, by name; what JavaScript gives; whether it works on a worker; which out is a page (-1:
// none); whether it writes bytes.
exports.functions = {
${calls
    .map((item) => {
        const names = outs(item).filter((argument) => !(argument.kind === 'OUT_SIZE' && outs(item).some((other) => other.kind === 'OUT_IDS')));
        const list = names.map((argument) => `'${outName(argument)}'`).join(', ');
        const pages = names.findIndex((argument) => argument.kind === 'OUT_LIST');
        const inputs = item.arguments.filter((argument) => inNames.has(argument.kind)).length;
        return `    ${item.name}: { outs: [${list}], inputs: ${inputs}, isAsync: ${isAsync(item)}, page: ${pages}, writes: ${item.arguments.some((argument) => argument.kind === 'ARG_WRITE')} },`;
    })
    .join('\n')}
};
`;
}

/* ---- TypeScript ---- */

const inTypes = {
    ARG_ENGINE: 'EngineHandle', ARG_SESSION: 'SessionHandle', ARG_TEXT: 'string | null', ARG_BYTES: 'string | Uint8Array',
    ARG_INT32: 'number', ARG_UINT32: 'number', ARG_INT64: 'number | bigint', ARG_SIZE: 'number', ARG_INPUT: 'RawInput',
    ARG_ENGINE_OPTIONS: 'RawEngineOptions | null',
};
const outTypes = {
    OUT_ENGINE: 'EngineHandle', OUT_SESSION: 'SessionHandle', OUT_INT32: 'number', OUT_INT64: 'number', OUT_SIZE: 'number', OUT_IDS: 'Uint32Array',
};
const fieldTypes = { FIELD_TEXT: 'string | null', FIELD_CHARS: 'string', FIELD_INT32: 'number', FIELD_UINT32: 'number', FIELD_INT64: 'number', FIELD_MONEY: 'bigint', FIELD_TIME: 'number | null' };

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
${fields.map((field) => `${comment(field.doc, '    ')}    ${direction === 'out' ? 'readonly ' : ''}${camel(field.name)}${direction === 'in' ? '?' : ''}: ${direction === 'in' && field.kind === 'FIELD_MONEY' ? 'number | bigint' : direction === 'out' && field.kind === 'FIELD_INT64' && /^(minimum|maximum|default_value|value)$/.test(field.name) ? 'number | bigint' : fieldTypes[field.kind]};`).join('\n')}
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
${api.constants.map((item) => `    readonly ${item.name}: ${item.name === 'CPK_TIME_UNKNOWN' ? 'bigint' : typeof item.value === 'string' ? 'string' : item.value};`).join('\n')}
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
