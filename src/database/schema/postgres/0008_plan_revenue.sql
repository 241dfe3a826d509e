-- Payments by day, for reports on what was paid for plans.
CREATE INDEX IF NOT EXISTS payments_created_at ON contextpack.payments (created_at) WHERE is_paid = 1;
SELECT 'change', 'created the index payments_created_at';
