'use strict';
// Streams and iterators over what a call hands over while it runs. The worker waits while nobody takes.

const { Readable } = require('node:stream');

// A Readable of the bytes that `start(control)` writes; destroying it aborts the call.
class ByteStream extends Readable {
    #controller = new AbortController();
    #start;
    #resume = null;

    constructor(start, { signal } = {}) {
        super({ signal });
        this.#start = start;
    }

    _construct(callback) {
        const control = {
            signal: this.#controller.signal,
            stream: (bytes) => (this.push(bytes) ? null : new Promise((resolve) => (this.#resume = resolve))),
        };
        this.#start(control).then(
            () => this.push(null),
            (error) => this.destroy(error),
        );
        callback();
    }

    _read() {
        this.#resume?.();
        this.#resume = null;
    }

    _destroy(error, callback) {
        this.#controller.abort(error ?? undefined);
        this.#resume?.();
        callback(error);
    }
}

// An async iterator over the items that `start(control)` emits. `result` resolves to what the call returns.
class ItemStream {
    #controller = new AbortController();
    #queue = [];
    #taken = null; // resolves the worker's wait
    #arrived = null; // resolves the reader's wait
    #isEnded = false;
    #failure = null;

    constructor(start, shape, { signal } = {}) {
        const abort = () => this.#controller.abort(signal.reason);
        if (signal?.aborted) {
            abort();
        }
        signal?.addEventListener('abort', abort, { once: true });
        this.result = start({ signal: this.#controller.signal, items: (batch) => this.#take(batch.map(shape)) });
        this.result
            .catch((error) => {
                this.#failure = { error };
            })
            .finally(() => {
                signal?.removeEventListener('abort', abort);
                this.#isEnded = true;
                this.#arrived?.();
            });
    }

    #take(batch) {
        this.#queue = batch;
        this.#arrived?.();
        return new Promise((resolve) => (this.#taken = resolve));
    }

    async next() {
        while (this.#queue.length === 0) {
            this.#taken?.(null);
            this.#taken = null;
            if (this.#isEnded) {
                const failure = this.#failure;
                this.#failure = null;
                if (failure) {
                    throw failure.error;
                }
                return { done: true, value: undefined };
            }
            await new Promise((resolve) => (this.#arrived = resolve));
            this.#arrived = null;
        }
        return { done: false, value: this.#queue.shift() };
    }

    async return() {
        this.#controller.abort();
        this.#queue = [];
        this.#taken?.(null);
        this.#failure = null;
        await this.result.catch(() => {});
        this.#failure = null;
        return { done: true, value: undefined };
    }

    [Symbol.asyncIterator]() {
        return this;
    }
}

module.exports = { ByteStream, ItemStream };
