-- Attempts to pay: what is counted for the limits, and under which of Stripe's ids an attempt is known. Rows that are
-- there to be locked.

-- Beside payment_attempts. An attempt whose user is not known yet (a renewal that failed before anything told whose
-- customer it is) waits here with what its row will say.
CREATE TABLE contextpack_attempts (
    attempt_id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT REFERENCES user_profiles (id),
    network TEXT,
    stripe_id TEXT UNIQUE,
    customer_id TEXT,
    is_counted INTEGER NOT NULL CHECK (is_counted IN (0, 1)),
    is_refused INTEGER NOT NULL CHECK (is_refused IN (0, 1)),
    amount_micros INTEGER,
    status TEXT,
    error_message TEXT,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX contextpack_attempts_user_id ON contextpack_attempts (user_id, created_at);
CREATE INDEX contextpack_attempts_network ON contextpack_attempts (network, created_at) WHERE network IS NOT NULL;
CREATE INDEX contextpack_attempts_customer_id ON contextpack_attempts (customer_id) WHERE user_id IS NULL;

CREATE TABLE contextpack_gates (
    gate TEXT NOT NULL PRIMARY KEY,
    taken_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
