'use strict';
// Converts messages from the addon, and messages of extractors.

const { constants, enums } = require('./generated.js');

function toAttachment([id, name, mediaType, size]) {
    return Object.freeze({ id, name, mediaType, size });
}

function toMessage(values) {
    const [flags, role, kind, time, provider, conversationId, conversationTitle, messageId, parentId, model, text, files] =
        values;
    return Object.freeze({
        role,
        kind,
        isHidden: (flags & constants.CPK_MESSAGE_HIDDEN) !== 0,
        isOnActiveBranch: (flags & constants.CPK_MESSAGE_ACTIVE_BRANCH) !== 0,
        time: time === null ? null : new Date(time / 1000),
        timeMicros: time,
        provider,
        conversationId,
        conversationTitle,
        messageId,
        parentId,
        model,
        text,
        attachments: Object.freeze(files.map(toAttachment)),
    });
}

const ROLES = new Map(Object.entries(enums.ROLE));
const KINDS = new Map(Object.entries(enums.KIND));

function pick(table, name, what, fallback) {
    if (name === undefined || name === null) {
        return fallback;
    }
    const code = table.get(name);
    if (code === undefined) {
        throw new TypeError(`${what} must be one of ${[...table.keys()].join(', ')}, not ${name}`);
    }
    return code;
}

const TEXTS = ['provider', 'conversationId', 'conversationTitle', 'messageId', 'parentId', 'model'];

// A message of an extractor in JavaScript, in the form that extractor.c reads after the kind of the step.
function fromMessage(message, provider, index) {
    const micros = message.timeMicros ?? (message.time ? message.time.getTime() * 1000 : null);
    if (micros !== null && typeof micros !== 'bigint' && !Number.isSafeInteger(micros)) {
        throw new TypeError("a message's time must be a Date, or timeMicros an integer");
    }
    if (typeof message.text !== 'string') {
        throw new TypeError(`a message's text must be a string, not ${typeof message.text}`);
    }
    for (const name of TEXTS) {
        const value = message[name];
        if (value !== undefined && value !== null && (typeof value !== 'string' || value.includes('\0'))) {
            throw new TypeError(`a message's ${name} must be a string without NUL characters`);
        }
    }
    const flags =
        (message.isHidden ? constants.CPK_MESSAGE_HIDDEN : 0) |
        (message.isOnActiveBranch === false ? 0 : constants.CPK_MESSAGE_ACTIVE_BRANCH);
    return [
        flags,
        pick(ROLES, message.role, 'role', constants.CPK_ROLE_UNKNOWN),
        pick(KINDS, message.kind, 'kind', constants.CPK_KIND_TEXT),
        micros,
        message.provider ?? provider,
        message.conversationId ?? 'conversation',
        message.conversationTitle ?? '',
        message.messageId ?? String(index),
        message.parentId ?? null,
        message.model ?? null,
        message.text.replaceAll('\0', ''),
    ];
}

module.exports = { toMessage, fromMessage, pick };
