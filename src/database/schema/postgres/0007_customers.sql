-- Customers whose user is not known yet: who learns it waits for what is being entered for them.
ALTER TABLE contextpack.customers ALTER COLUMN user_id DROP NOT NULL;
SELECT 'change', 'let contextpack.customers be without a user';
