'use strict';
// Streams and iterators over data that a running call produces. The worker waits for the consumer. Meanwhile the call does not
// keep the process alive, and it ends if its iterator or stream is garbage collected.

const { Readable } = require('node:stream');
const { ContextPackError } = require('./errors.js');

const STREAM_BYTES = 256 * 1024; // items queued for the consumer before the worker waits

const abandoned = new FinalizationRegistry((controller) => controller.abort());

const closedError = () => new ContextPackError('CONFLICT', 'the engine was closed before all was taken');

// A Readable of the bytes that `start(control)` writes; destroying it aborts the call.
class ByteStream extends Readable {
    #controller = new AbortController();
    #start;
    #flow;

    constructor(start, { signal, owner } = {}) {
        super({ signal, highWaterMark: STREAM_BYTES });
        this.#start = start;
        const flow = { stream: this, self: new WeakRef(this), resume: null, setIdle: () => {} };
        const end = () => flow.self.deref()?.destroy();
        this.#flow = flow;
        owner?.add(end);
        this.once('close', () => owner?.delete(end));
        abandoned.register(this, this.#controller);
    }

    _construct(callback) {
        const flow = this.#flow;
        const control = {
            signal: this.#controller.signal,
            begun: (setIdle) => (flow.setIdle = setIdle),
            // While the worker waits for the consumer, only the consumer holds the stream.
            stream: (bytes) => {
                const stream = flow.stream;
                if (stream === null || stream.push(bytes)) {
                    return null;
                }
                flow.stream = null;
                flow.setIdle(true);
                return new Promise((resolve) => {
                    flow.resume = () => {
                        flow.setIdle(false);
                        resolve(null);
                    };
                });
            },
        };
        this.#start(control).then(
            () => flow.self.deref()?.push(null),
            (error) => flow.self.deref()?.destroy(error),
        );
        callback();
    }

    _read() {
        this.#flow.stream = this;
        this.#go();
    }

    #go() {
        const { resume } = this.#flow;
        this.#flow.resume = null;
        resume?.();
    }

    _destroy(error, callback) {
        this.#controller.abort(error ?? undefined);
        this.#go();
        this.#flow.stream = null;
        callback(error);
    }
}

// The queue between a call and its iterator. The call refers to the queue, not to the iterator.
class ItemQueue {
    controller = new AbortController();
    #items = [];
    #taken = null; // resolves the worker's wait
    #arrived = null; // resolves the reader's wait
    #isEnded = false;
    #isUnwanted = false;
    #failure = null;
    #setIdle = () => {};

    constructor(start, shape, signal, owner) {
        const abort = () => this.controller.abort(signal.reason);
        const end = () => this.fail(closedError());
        if (signal?.aborted) {
            abort();
        }
        signal?.addEventListener('abort', abort, { once: true });
        owner?.add(end);
        const control = {
            signal: this.controller.signal,
            begun: (setIdle) => (this.#setIdle = setIdle),
            items: (batch) => this.#put(batch.map(shape)),
        };
        this.result = start(control);
        this.result
            .catch((error) => {
                this.#failure ??= { error };
            })
            .finally(() => {
                signal?.removeEventListener('abort', abort);
                owner?.delete(end);
                this.#isEnded = true;
                this.#arrived?.();
            });
    }

    #put(batch) {
        if (this.controller.signal.aborted) {
            return null;
        }
        this.#items = batch;
        this.#arrived?.();
        this.#setIdle(true);
        return new Promise((resolve) => (this.#taken = resolve));
    }

    #go() {
        const taken = this.#taken;
        this.#taken = null;
        if (taken) {
            this.#setIdle(false);
            taken(null);
        }
    }

    async take() {
        while (this.#items.length === 0) {
            this.#go();
            if (this.#isEnded) {
                const failure = this.#failure;
                this.#failure = null;
                if (failure && !this.#isUnwanted) {
                    throw failure.error;
                }
                return { done: true, value: undefined };
            }
            await new Promise((resolve) => (this.#arrived = resolve));
            this.#arrived = null;
        }
        return { done: false, value: this.#items.shift() };
    }

    // Stops the call: the consumer gets the error, once.
    fail(error) {
        this.#failure = { error };
        this.#stop();
    }

    // Stops the call for a consumer that ended early, without an error.
    async end() {
        this.#isUnwanted = true;
        this.#stop();
        await this.result.catch(() => {});
    }

    #stop() {
        this.controller.abort();
        this.#items = [];
        this.#go();
    }
}

// An async iterator over the items that `start(control)` emits. `result` resolves to what the call returns.
class ItemStream {
    #queue;
    #last = Promise.resolve(); // the latest next(): results are delivered in order

    constructor(start, shape, { signal, owner } = {}) {
        this.#queue = new ItemQueue(start, shape, signal, owner);
        this.result = this.#queue.result;
        abandoned.register(this, this.#queue.controller);
    }

    next() {
        const taken = this.#last.then(() => this.#queue.take());
        this.#last = taken.catch(() => {});
        return taken;
    }

    async return() {
        await this.#queue.end();
        return { done: true, value: undefined };
    }

    [Symbol.asyncIterator]() {
        return this;
    }
}

module.exports = { ByteStream, ItemStream };
