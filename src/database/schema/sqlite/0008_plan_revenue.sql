-- Payments by day, for reports on what was paid for plans.
CREATE INDEX contextpack_payments_created_at ON contextpack_payments (created_at) WHERE is_paid = 1;
