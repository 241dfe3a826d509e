'use strict';
// Inputs: a path, a link, bytes, or a stream.

const { fileURLToPath } = require('node:url');
const { ContextPackError } = require('./errors.js');
const { ByteReader, refuseResizable } = require('./reader.js');
const { enums } = require('./generated.js');
const { pick } = require('./messages.js');

const TYPES = new Map(Object.entries(enums.SOURCE_TYPE));

const COPIED_BYTES_MAX = 16 << 20; // about a few milliseconds of the event loop

function isBytes(value) {
    return ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
}

function isLink(url) {
    return url.protocol === 'https:' || url.protocol === 'http:';
}

function isStream(value) {
    return value instanceof Blob || typeof (value?.[Symbol.asyncIterator] ?? value?.[Symbol.iterator]) === 'function';
}

// A plain value is recognised by its type, an object by its field.
function spread(input) {
    if (typeof input === 'string') {
        return { path: input };
    }
    if (input instanceof URL) {
        return isLink(input) ? { url: input } : { path: fileURLToPath(input) };
    }
    if (isBytes(input)) {
        return { data: input };
    }
    if (isStream(input)) {
        return { stream: input, name: typeof input.name === 'string' && input.name ? input.name : undefined };
    }
    if (input && typeof input === 'object') {
        return input;
    }
    throw new ContextPackError('INVALID_ARGUMENT', 'an input is a path, a URL, bytes, a stream, or an object of these');
}

// The input for the addon, and the reader for the control of the call.
function toInput(input) {
    const { path, url, data, text, stream, name, type } = spread(input);
    const given = [path, url, data, text, stream].filter((item) => item !== undefined);
    if (given.length !== 1) {
        throw new ContextPackError('INVALID_ARGUMENT', 'an input has exactly one of path, url, data, text and stream');
    }
    const raw = { name, sourceType: pick(TYPES, type, 'type', 0) };
    if (path !== undefined) {
        return { raw: { ...raw, path: path instanceof URL ? fileURLToPath(path) : String(path) } };
    }
    if (url !== undefined) {
        return { raw: { ...raw, url: String(url) } };
    }
    if (stream !== undefined) {
        return { raw: { ...raw, read: true }, reader: new ByteReader(stream) };
    }
    if (text !== undefined && typeof text !== 'string') {
        throw new ContextPackError('INVALID_ARGUMENT', `text must be a string, not ${typeof text}`);
    }
    if (typeof (text ?? data) === 'string') {
        return { raw: { ...raw, data: text ?? data } };
    }
    if (!isBytes(data)) {
        throw new ContextPackError('INVALID_ARGUMENT', 'data must be a string, a Buffer, a typed array or an ArrayBuffer');
    }
    // The addon copies small buffers; large ones are read in pieces, so that a transfer meanwhile makes the call fail.
    return refuseResizable(data).byteLength <= COPIED_BYTES_MAX
        ? { raw: { ...raw, data } }
        : { raw: { ...raw, read: true }, reader: new ByteReader(data) };
}

module.exports = { toInput };
