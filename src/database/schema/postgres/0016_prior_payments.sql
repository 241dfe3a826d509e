-- Transactions by Stripe's id: what an earlier service credited is not credited again.
CREATE INDEX IF NOT EXISTS credit_transactions_stripe_id ON public.credit_transactions (stripe_payment_id)
    WHERE stripe_payment_id IS NOT NULL;
SELECT 'change', 'created the index credit_transactions_stripe_id';
