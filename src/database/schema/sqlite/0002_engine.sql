-- What the library needs beside the service's tables. Times are microseconds since 1970 UTC, money is millionths.

-- What a user's balance was before the first transaction on record.
CREATE TABLE contextpack_openings (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES user_profiles (id),
    credits INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- One row beside each row of pack_sources: where it came from, what was found, who works on it.
CREATE TABLE contextpack_sources (
    user_id TEXT NOT NULL,
    source_id TEXT NOT NULL UNIQUE REFERENCES pack_sources (source_id) ON DELETE CASCADE,
    pack_id TEXT NOT NULL,
    sha256 TEXT CHECK (length(sha256) = 64),
    format TEXT,
    lease_owner TEXT,
    lease_expires_at INTEGER,
    conversations INTEGER NOT NULL DEFAULT 0,
    messages INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0,
    new_messages INTEGER NOT NULL DEFAULT 0,
    known_messages INTEGER NOT NULL DEFAULT 0,
    text_bytes INTEGER NOT NULL DEFAULT 0,
    text_tokens INTEGER NOT NULL DEFAULT 0,
    first_message_at INTEGER,
    last_message_at INTEGER,
    settings_fingerprint TEXT,
    analyzer TEXT,
    notes TEXT CHECK (notes IS NULL OR json_valid(notes)),
    PRIMARY KEY (user_id, source_id)
) STRICT;
CREATE UNIQUE INDEX contextpack_sources_sha256 ON contextpack_sources (user_id, pack_id, sha256);

-- A chunk is a byte range of its source's extracted text; its messages are a byte range of the message index.
CREATE TABLE contextpack_chunks (
    user_id TEXT NOT NULL,
    source_id TEXT NOT NULL,
    chunk_index INTEGER NOT NULL,
    text_offset INTEGER NOT NULL,
    text_length INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    index_offset INTEGER NOT NULL DEFAULT 0,
    index_length INTEGER NOT NULL DEFAULT 0,
    status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'done', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0,
    analyzer TEXT,
    result_key TEXT,
    input_tokens INTEGER NOT NULL DEFAULT 0,
    output_tokens INTEGER NOT NULL DEFAULT 0,
    cost_micros INTEGER NOT NULL DEFAULT 0,
    error_message TEXT,
    PRIMARY KEY (user_id, source_id, chunk_index),
    FOREIGN KEY (user_id, source_id) REFERENCES contextpack_sources (user_id, source_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- What each source brought to a conversation. message_hashes: 8 bytes for each message, of identity and content.
CREATE TABLE contextpack_conversations (
    user_id TEXT NOT NULL,
    source_id TEXT NOT NULL,
    provider TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    pack_id TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    content_hash TEXT,
    message_hashes BLOB NOT NULL DEFAULT (x'') CHECK (length(message_hashes) % 8 = 0),
    messages INTEGER NOT NULL DEFAULT 0,
    tokens INTEGER NOT NULL DEFAULT 0,
    first_message_at INTEGER,
    last_message_at INTEGER,
    PRIMARY KEY (user_id, source_id, provider, conversation_id),
    FOREIGN KEY (user_id, source_id) REFERENCES contextpack_sources (user_id, source_id) ON DELETE CASCADE
) STRICT;
CREATE INDEX contextpack_conversations_pack_id
    ON contextpack_conversations (user_id, pack_id, provider, conversation_id, source_id);

-- Credits set aside for work on a source. No cascade: an open hold must be resolved before its source can go.
CREATE TABLE contextpack_holds (
    user_id TEXT NOT NULL REFERENCES user_profiles (id),
    hold_id TEXT NOT NULL,
    source_id TEXT NOT NULL,
    payment_plan TEXT NOT NULL CHECK (payment_plan IN ('credits', 'unlimited')),
    credits INTEGER NOT NULL CHECK (credits >= 0),
    remaining INTEGER NOT NULL CHECK (remaining BETWEEN 0 AND credits),
    status TEXT NOT NULL CHECK (status IN ('open', 'closed')),
    expires_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, hold_id),
    FOREIGN KEY (user_id, source_id) REFERENCES contextpack_sources (user_id, source_id),
    CHECK (status = 'open' OR remaining = 0)
) STRICT;
CREATE INDEX contextpack_holds_source_id ON contextpack_holds (user_id, source_id);
CREATE UNIQUE INDEX contextpack_holds_open ON contextpack_holds (user_id, source_id) WHERE status = 'open';

-- One row beside each row of pack_exports: what it was made from, its second file, who makes it.
CREATE TABLE contextpack_exports (
    user_id TEXT NOT NULL,
    export_id TEXT NOT NULL UNIQUE REFERENCES pack_exports (id) ON DELETE CASCADE,
    pack_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    json_key TEXT,
    lease_owner TEXT,
    lease_expires_at INTEGER,
    PRIMARY KEY (user_id, export_id)
) STRICT;
CREATE INDEX contextpack_exports_pack_id ON contextpack_exports (user_id, pack_id, fingerprint);
