'use strict';
// From files to a pack's documents, in one call.

const { fileURLToPath } = require('node:url');
const { readFile } = require('node:fs/promises');
const raw = require('./raw.js');
const { constants } = raw;
const { ContextPackError } = require('./errors.js');
const { toControl } = require('./control.js');
const { pick } = require('./messages.js');

const TYPES = new Map([['compact', constants.CPK_BUILD_COMPACT], ['standard', constants.CPK_BUILD_STANDARD],
    ['complete', constants.CPK_BUILD_COMPLETE]]);
const FORMATS = new Map([['markdown', constants.CPK_BUILD_MARKDOWN], ['json', constants.CPK_BUILD_JSON]]);

function toPath(path) {
    if (path instanceof URL) {
        return path.protocol === 'file:' ? fileURLToPath(path) : path.href;
    }
    if (typeof path !== 'string') {
        throw new ContextPackError('INVALID_ARGUMENT', 'a path is a string or a URL');
    }
    return path;
}

function bitsOf(table, names, what) {
    try {
        return [names ?? []].flat().reduce((bits, name) => bits | pick(table, name, what), 0);
    } catch (error) {
        throw new ContextPackError('INVALID_ARGUMENT', error.message);
    }
}

class BuiltDocument {
    constructor({ typeName, exportId, markdownPath, jsonPath, tokenCount, isNew }) {
        Object.assign(this, { type: typeName, exportId, markdownPath, jsonPath, tokenCount, isNew: isNew === 1 });
        Object.freeze(this);
    }

    // The Markdown, as it is on the disk now.
    async text() {
        if (this.markdownPath === null) {
            throw new ContextPackError('INVALID_ARGUMENT', 'the document was built without Markdown');
        }
        return readFile(this.markdownPath, 'utf8');
    }
}

function toInput({ path, outcomeName, sourceId, errorCode, errorMessage, lossSummary, isPartial }) {
    const codeName = errorCode === 0 ? null : raw.cpk_status_name(errorCode);
    return Object.freeze({
        path,
        outcome: outcomeName,
        sourceId,
        errorCode: codeName,
        errorMessage,
        lossSummary,
        isPartial: isPartial !== 0,
    });
}

// The counts of rows are the lengths of the lists.
function toResult({ inputs, documents, inputCount: _inputs, documentCount: _documents, ...rest }) {
    return Object.freeze({
        ...rest,
        inputs: Object.freeze(inputs.map(toInput)),
        documents: Object.freeze(documents.map((document) => new BuiltDocument(document))),
    });
}

// A failure's `result` is what came of the inputs all the same.
async function build(handle, paths, options = {}) {
    const { output, name, types, formats, fileMode, maxTokens, partial = false, maxChunks, strict = false } = options;
    const rawOptions = {
        output: output === undefined || output === null ? output : toPath(output),
        name,
        types: bitsOf(TYPES, types, 'types'),
        formats: bitsOf(FORMATS, formats, 'formats'),
        fileMode,
        maxTokens,
        flags: strict ? constants.CPK_BUILD_STRICT : 0,
        runOptions: true,
    };
    try {
        return toResult(await raw.cpk_build(handle, [paths].flat().map(toPath), rawOptions, toControl(options, { partial, maxChunks })));
    } catch (error) {
        if (error instanceof ContextPackError) {
            error.result = error.partial ? toResult(error.partial) : null;
        }
        throw error;
    }
}

module.exports = { build };
