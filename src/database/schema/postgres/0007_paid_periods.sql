-- replaces: f0f7909244f674fed0621aa65fdf6f3ee3004a4d6e978730456e057ab2aa0179
-- Until when a subscription's invoices are paid: one that is late has its grace from there on.
ALTER TABLE contextpack.subscriptions ADD COLUMN paid_end bigint;
SELECT 'change', 'added contextpack.subscriptions.paid_end';
