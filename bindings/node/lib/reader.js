'use strict';
// Reads bytes that arrive in pieces by size.

function toBuffer(piece) {
    if (typeof piece === 'string') {
        return Buffer.from(piece);
    }
    if (ArrayBuffer.isView(piece)) {
        return Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    }
    if (piece instanceof ArrayBuffer) {
        return Buffer.from(piece);
    }
    throw new TypeError('a stream of bytes must give strings, Buffers or typed arrays');
}

// A buffer that shrank while being read is an error, not the end of the input.
function refuseResizable(bytes) {
    const buffer = ArrayBuffer.isView(bytes) ? bytes.buffer : bytes;
    if (buffer.resizable || buffer.growable) {
        throw new TypeError('the bytes are in a resizable ArrayBuffer: give a copy, such as Buffer.from(bytes)');
    }
    return bytes;
}

class ByteReader {
    #iterator;
    #rest = null;
    #restLength = 0; // length of #rest while its memory is valid
    #isDone = false;

    // Takes bytes, or a source of pieces: an iterable, an async iterable, a Readable, a Blob.
    constructor(source) {
        if (typeof source === 'string' || ArrayBuffer.isView(source) || source instanceof ArrayBuffer) {
            source = [typeof source === 'string' ? source : refuseResizable(source)];
        } else if (source instanceof Blob) {
            source = source.stream();
        }
        const make = source?.[Symbol.asyncIterator] ?? source?.[Symbol.iterator];
        if (typeof make !== 'function') {
            throw new TypeError('a stream of bytes must be iterable');
        }
        this.#iterator = make.call(source);
    }

    // Reads at most `capacity` bytes, as soon as some are available; null at the end.
    async read(capacity) {
        if (this.#rest !== null && this.#rest.length !== this.#restLength) {
            throw new TypeError('bytes of the input were transferred or detached while they were read');
        }
        while (this.#restLength === 0) {
            if (this.#isDone) {
                return null;
            }
            const { done, value } = await this.#iterator.next();
            this.#isDone = Boolean(done);
            this.#rest = done ? null : toBuffer(value);
            this.#restLength = this.#rest?.length ?? 0;
        }
        const piece = this.#rest.subarray(0, capacity);
        this.#rest = this.#rest.subarray(piece.length);
        this.#restLength = this.#rest.length;
        return piece;
    }

    // Reads exactly `length` bytes, fewer only at the end.
    async readFully(length) {
        const pieces = [];
        let missing = length;
        while (missing > 0) {
            const piece = await this.read(missing);
            if (piece === null) {
                break;
            }
            pieces.push(piece);
            missing -= piece.length;
        }
        return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
    }

    // Skips bytes, for drivers that cannot seek.
    async skip(length) {
        for (let left = length; left > 0; ) {
            const piece = await this.read(left);
            if (piece === null) {
                return;
            }
            left -= piece.length;
        }
    }

    close() {
        if (!this.#isDone) {
            this.#isDone = true;
            this.#rest = null;
            this.#restLength = 0;
            Promise.resolve(this.#iterator.return?.()).catch(() => {});
        }
    }
}

module.exports = { ByteReader, toBuffer, refuseResizable };
