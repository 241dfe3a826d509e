-- replaces: 0bfa74431dfeaf34892c19357a9174f0eed52e2630613c5e708caa0e9da4d076
-- Payments and subscriptions as facts that events told, in any order; what Stripe delivered already.

-- Each event that had its effect. The row is written in the effect's transaction: that is what "once" rests on.
CREATE TABLE contextpack.stripe_events (
    event_id text NOT NULL PRIMARY KEY,
    event_type text NOT NULL,
    event_created_at bigint,
    processed_at bigint NOT NULL
);

-- One payment: a checkout paid once, or an invoice of a subscription. What the ledger shows of it is `applied_*`.
CREATE TABLE contextpack.payments (
    payment_id uuid NOT NULL PRIMARY KEY,
    user_id uuid,
    stripe_payment_id text,
    package_id text,
    currency text,
    credits bigint CHECK (credits >= 0),
    amount bigint,
    is_unlimited bigint NOT NULL CHECK (is_unlimited IN (0, 1)),
    is_paid bigint NOT NULL CHECK (is_paid IN (0, 1)),
    is_failed bigint NOT NULL CHECK (is_failed IN (0, 1)),
    amount_refunded bigint NOT NULL,
    applied_purchase bigint NOT NULL CHECK (applied_purchase >= 0),
    applied_refund bigint NOT NULL CHECK (applied_refund <= 0),
    applied_dispute bigint NOT NULL CHECK (applied_dispute <= 0),
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL
);
CREATE INDEX payments_user_id ON contextpack.payments (user_id);

-- By which of Stripe's ids a payment is known: sessions, payment intents, charges, invoices.
CREATE TABLE contextpack.payment_keys (
    stripe_id text NOT NULL PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES contextpack.payments (payment_id)
);
CREATE INDEX payment_keys_payment_id ON contextpack.payment_keys (payment_id);

CREATE TABLE contextpack.disputes (
    dispute_id text NOT NULL PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES contextpack.payments (payment_id),
    amount bigint NOT NULL,
    is_withdrawn bigint NOT NULL CHECK (is_withdrawn IN (0, 1)),
    is_reinstated bigint NOT NULL CHECK (is_reinstated IN (0, 1))
);
CREATE INDEX disputes_payment_id ON contextpack.disputes (payment_id);

CREATE TABLE contextpack.subscriptions (
    subscription_id text NOT NULL PRIMARY KEY,
    user_id uuid,
    customer_id text,
    status text,
    status_at bigint,
    is_unlimited bigint NOT NULL CHECK (is_unlimited IN (0, 1)),
    is_checked_out bigint NOT NULL CHECK (is_checked_out IN (0, 1)),
    is_deleted bigint NOT NULL CHECK (is_deleted IN (0, 1)),
    period_start bigint,
    period_end bigint,
    ended_at bigint,
    cancel_at_period_end bigint NOT NULL CHECK (cancel_at_period_end IN (0, 1)),
    updated_at bigint NOT NULL
);
CREATE INDEX subscriptions_user_id ON contextpack.subscriptions (user_id);
CREATE INDEX subscriptions_customer_id ON contextpack.subscriptions (customer_id);

-- Which of Stripe's customers is which user.
CREATE TABLE contextpack.customers (
    customer_id text NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL,
    created_at bigint NOT NULL
);
CREATE INDEX customers_user_id ON contextpack.customers (user_id, created_at);

-- Users see of all this what the ledger and their profile say; the rows themselves are the service's.
ALTER TABLE contextpack.stripe_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.payments ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.payment_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.disputes ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.subscriptions ENABLE ROW LEVEL SECURITY;
ALTER TABLE contextpack.customers ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON contextpack.stripe_events, contextpack.payments, contextpack.payment_keys, contextpack.disputes,
    contextpack.subscriptions, contextpack.customers FROM PUBLIC, anon, authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON contextpack.stripe_events, contextpack.payments, contextpack.payment_keys,
    contextpack.disputes, contextpack.subscriptions, contextpack.customers TO service_role;
SELECT 'change', 'created 6 tables for payments in schema contextpack';

-- part: locked
ALTER TABLE contextpack.payments ADD CONSTRAINT payments_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_profiles (id);
ALTER TABLE contextpack.subscriptions ADD CONSTRAINT subscriptions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_profiles (id);
ALTER TABLE contextpack.customers ADD CONSTRAINT customers_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.user_profiles (id);
