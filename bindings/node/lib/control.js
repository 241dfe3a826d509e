'use strict';
// Progress, notes and cancellation of long calls.

const { enums } = require('./generated.js');
const { ContextPackError } = require('./errors.js');

const byNumber = (words) => Object.fromEntries(Object.entries(words).map(([word, number]) => [number, word]));
const STAGES = byNumber(enums.STAGE);
const NOTES = byNumber(enums.NOTE);

function checkOptions(options) {
    const { signal, onProgress, onNote, events, password } = options;
    if (signal !== undefined && !(signal instanceof AbortSignal)) {
        throw new ContextPackError('INVALID_ARGUMENT', 'signal must be an AbortSignal');
    }
    for (const [name, callback] of Object.entries({ onProgress, onNote })) {
        if (callback !== undefined && typeof callback !== 'function') {
            throw new ContextPackError('INVALID_ARGUMENT', `${name} must be a function`);
        }
    }
    if (password !== undefined && typeof password !== 'string') {
        throw new ContextPackError('INVALID_ARGUMENT', 'password must be a string');
    }
    if (events !== undefined && typeof events.emit !== 'function') {
        throw new ContextPackError('INVALID_ARGUMENT', 'events must be an EventEmitter');
    }
}

function tellers(callback, events, name) {
    const all = [];
    if (callback) {
        all.push(callback);
    }
    if (events) {
        all.push((value) => void events.emit(name, value));
    }
    return all.length === 0 ? undefined : (value) => Promise.all(all.map((each) => each(value)));
}

// { signal, onProgress, onNote, events, password } for lib/raw.js.
function toControl(options = {}, more = {}) {
    checkOptions(options);
    const { signal, onProgress, onNote, events, password } = options;
    const progress = tellers(onProgress, events, 'progress');
    const note = tellers(onNote, events, 'note');
    return {
        signal,
        password,
        progress:
            progress &&
            ((stage, done, total) =>
                progress(Object.freeze({ stage: STAGES[stage] ?? 'unknown', done, total: total < 0 ? null : total }))),
        note: note && ((code, where, text) => note(Object.freeze({ kind: NOTES[code] ?? 'unknown', where, text }))),
        ...more,
    };
}

module.exports = { toControl, NOTES };
