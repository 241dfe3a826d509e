// Types used by the declarations of the raw layer.

declare const engineBrand: unique symbol;
declare const sessionBrand: unique symbol;

/** An engine, as the raw functions take it. */
export interface EngineHandle {
    readonly [engineBrand]: true;
}

/** A session, as the raw functions take it. */
export interface SessionHandle {
    readonly [sessionBrand]: true;
}

/** One page of a list. */
export interface Page<T> {
    readonly items: readonly T[];
    /** For the `after` of the next page; null on the last page. */
    readonly next: string | null;
}

/** Progress, notes and cancellation of a raw call. */
export interface Control {
    signal?: AbortSignal;
    progress?: (stage: number, done: number, total: number) => unknown;
    note?: (note: number, where: string, text: string) => unknown;
    /** Receives bytes as they are written, instead of all at the end. */
    stream?: (bytes: Buffer) => unknown;
    /** Receives batches of items, each a list in the order of the C struct or callback. */
    items?: (batch: unknown[][]) => unknown;
    reader?: { read(capacity: number): Promise<Uint8Array | null>; close(): void };
}

export interface RawInput {
    path?: string;
    data?: string | Uint8Array;
    /** The bytes are read from the control's reader. */
    read?: true;
    name?: string;
    sourceType?: number;
}

export interface RawEngineOptions {
    database?: string;
    storage?: string;
    analyzer?: string;
    flags?: number;
    settings?: [name: string, value: number | bigint][];
    textSettings?: [name: string, value: string | null][];
}
