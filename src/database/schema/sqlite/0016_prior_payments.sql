-- Transactions by Stripe's id: what an earlier service credited is not credited again.
CREATE INDEX credit_transactions_stripe_id ON credit_transactions (stripe_payment_id)
    WHERE stripe_payment_id IS NOT NULL;
