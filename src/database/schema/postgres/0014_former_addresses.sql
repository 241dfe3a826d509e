-- replaces: 6ee762910e5d6143b2056d7b7298a3f5d696465834caa39c3b884df474943a88
-- Addresses that accounts had and have no more, as keyed hashes: a new account with one of them gets no second bonus.
CREATE TABLE contextpack.secrets (
    name text NOT NULL PRIMARY KEY,
    value text NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE contextpack.former_addresses (
    address_hash text NOT NULL PRIMARY KEY CHECK (length(address_hash) = 64),
    created_at bigint NOT NULL
);
ALTER TABLE contextpack.secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.former_addresses ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON contextpack.secrets, contextpack.former_addresses FROM PUBLIC, anon, authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON contextpack.secrets, contextpack.former_addresses TO service_role;
SELECT 'change', 'created contextpack.secrets and contextpack.former_addresses';
