-- Until when a subscription's invoices are paid: one that is late has its grace from there on. Attempts to pay in the
-- order in which they are listed.
ALTER TABLE contextpack.subscriptions ADD COLUMN paid_end bigint;
CREATE INDEX IF NOT EXISTS payment_attempts_newest ON public.payment_attempts (created_at, id);
SELECT 'change', 'added contextpack.subscriptions.paid_end, and created the index payment_attempts_newest';
