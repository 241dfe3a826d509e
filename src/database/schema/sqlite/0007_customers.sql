-- Customers whose user is not known yet: who learns it waits for what is being entered for them.
CREATE TABLE contextpack_customers_new (
    customer_id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT REFERENCES user_profiles (id),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO contextpack_customers_new (customer_id, user_id, created_at)
SELECT customer_id, user_id, created_at FROM contextpack_customers;
DROP TABLE contextpack_customers;
ALTER TABLE contextpack_customers_new RENAME TO contextpack_customers;
CREATE INDEX contextpack_customers_user_id ON contextpack_customers (user_id, created_at);
