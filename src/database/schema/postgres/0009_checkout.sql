-- replaces: 8923d7129fb8ecc8e9d1aef0bddf20b8af08ff8ee76c1dbf486fa3b98cee8bd2
-- Attempts to pay: what is counted for the limits, and under which of Stripe's ids an attempt is known. Rows that are
-- there to be locked.

-- Beside payment_attempts. An attempt whose user is not known yet (a renewal that failed before anything told whose
-- customer it is) waits here with what its row will say.
CREATE TABLE contextpack.attempts (
    attempt_id uuid NOT NULL PRIMARY KEY,
    user_id uuid,
    network text,
    stripe_id text UNIQUE,
    customer_id text,
    is_counted bigint NOT NULL CHECK (is_counted IN (0, 1)),
    is_refused bigint NOT NULL CHECK (is_refused IN (0, 1)),
    amount_micros bigint,
    status text,
    error_message text,
    created_at bigint NOT NULL
);
CREATE INDEX attempts_user_id ON contextpack.attempts (user_id, created_at);
CREATE INDEX attempts_network ON contextpack.attempts (network, created_at) WHERE network IS NOT NULL;
CREATE INDEX attempts_customer_id ON contextpack.attempts (customer_id) WHERE user_id IS NULL;

CREATE TABLE contextpack.gates (
    gate text NOT NULL PRIMARY KEY,
    taken_at bigint NOT NULL
);

ALTER TABLE contextpack.attempts ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.gates ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON contextpack.attempts, contextpack.gates FROM PUBLIC, anon, authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON contextpack.attempts, contextpack.gates TO service_role;
GRANT SELECT ON contextpack.attempts TO authenticated;
CREATE POLICY attempts_select ON contextpack.attempts FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = user_id);
SELECT 'change', 'created the tables contextpack.attempts and contextpack.gates';

-- part: locked
ALTER TABLE contextpack.attempts ADD CONSTRAINT attempts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_profiles (id);
