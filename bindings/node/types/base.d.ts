// What the raw layer's declarations stand on.

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
    /** For the next page's `after`; null: this is the last page. */
    readonly next: string | null;
}

/** How a raw call is watched and stopped. */
export interface Control {
    signal?: AbortSignal;
    progress?: (stage: number, done: number, total: number) => unknown;
    note?: (note: number, where: string, text: string) => unknown;
    /** Takes bytes as they come, instead of all of them at the end. */
    stream?: (bytes: Buffer) => unknown;
    /** Takes batches of what the call emits, each item a list in the order of the C struct or callback. */
    items?: (batch: unknown[][]) => unknown;
    reader?: { read(capacity: number): Promise<Uint8Array | null>; close(): void };
}

export interface RawInput {
    path?: string;
    data?: string | Uint8Array;
    /** Bytes come from the control's reader. */
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
