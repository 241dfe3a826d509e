-- Addresses that accounts had and have no more, as keyed hashes: a new account with one of them gets no second bonus.
CREATE TABLE contextpack_secrets (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE contextpack_former_addresses (
    address_hash TEXT NOT NULL PRIMARY KEY CHECK (length(address_hash) = 64),
    created_at INTEGER NOT NULL
) STRICT;
