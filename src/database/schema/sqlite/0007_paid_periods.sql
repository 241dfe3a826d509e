-- Until when a subscription's invoices are paid: one that is late has its grace from there on. Attempts to pay in the
-- order in which they are listed.
ALTER TABLE contextpack_subscriptions ADD COLUMN paid_end INTEGER;
CREATE INDEX payment_attempts_newest ON payment_attempts (created_at, id);
