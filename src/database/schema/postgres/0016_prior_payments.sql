-- replaces: 63a7b35601cc6970ea329ce5f7d8274e98455c8cd419415233713ae2e9f0530f
-- Transactions by Stripe's id: what an earlier service credited is not credited again.
-- part: plan
SELECT * FROM contextpack_draft.index_steps('credit_transactions_stripe_id', 'credit_transactions', false,
                                            'stripe_payment_id', 'stripe_payment_id IS NOT NULL');
