-- Payments and subscriptions as facts that events told, in any order; what Stripe delivered already.

-- Each event that had its effect. The row is written in the effect's transaction: that is what "once" rests on.
CREATE TABLE contextpack_stripe_events (
    event_id TEXT NOT NULL PRIMARY KEY,
    event_type TEXT NOT NULL,
    event_created_at INTEGER,
    processed_at INTEGER NOT NULL
) STRICT;

-- One payment: a checkout paid once, or an invoice of a subscription. What the ledger shows of it is `applied_*`.
CREATE TABLE contextpack_payments (
    payment_id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT REFERENCES user_profiles (id),
    stripe_payment_id TEXT,
    package_id TEXT,
    currency TEXT,
    credits INTEGER CHECK (credits >= 0),
    amount INTEGER,
    is_unlimited INTEGER NOT NULL CHECK (is_unlimited IN (0, 1)),
    is_paid INTEGER NOT NULL CHECK (is_paid IN (0, 1)),
    is_failed INTEGER NOT NULL CHECK (is_failed IN (0, 1)),
    amount_refunded INTEGER NOT NULL,
    applied_purchase INTEGER NOT NULL CHECK (applied_purchase >= 0),
    applied_refund INTEGER NOT NULL CHECK (applied_refund <= 0),
    applied_dispute INTEGER NOT NULL CHECK (applied_dispute <= 0),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX contextpack_payments_user_id ON contextpack_payments (user_id);

-- By which of Stripe's ids a payment is known: sessions, payment intents, charges, invoices.
CREATE TABLE contextpack_payment_keys (
    stripe_id TEXT NOT NULL PRIMARY KEY,
    payment_id TEXT NOT NULL REFERENCES contextpack_payments (payment_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contextpack_payment_keys_payment_id ON contextpack_payment_keys (payment_id);

CREATE TABLE contextpack_disputes (
    dispute_id TEXT NOT NULL PRIMARY KEY,
    payment_id TEXT NOT NULL REFERENCES contextpack_payments (payment_id),
    amount INTEGER NOT NULL,
    is_withdrawn INTEGER NOT NULL CHECK (is_withdrawn IN (0, 1)),
    is_reinstated INTEGER NOT NULL CHECK (is_reinstated IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX contextpack_disputes_payment_id ON contextpack_disputes (payment_id);

CREATE TABLE contextpack_subscriptions (
    subscription_id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT REFERENCES user_profiles (id),
    customer_id TEXT,
    status TEXT,
    status_at INTEGER,
    is_unlimited INTEGER NOT NULL CHECK (is_unlimited IN (0, 1)),
    is_checked_out INTEGER NOT NULL CHECK (is_checked_out IN (0, 1)),
    is_deleted INTEGER NOT NULL CHECK (is_deleted IN (0, 1)),
    period_start INTEGER,
    period_end INTEGER,
    ended_at INTEGER,
    cancel_at_period_end INTEGER NOT NULL CHECK (cancel_at_period_end IN (0, 1)),
    updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX contextpack_subscriptions_user_id ON contextpack_subscriptions (user_id);
CREATE INDEX contextpack_subscriptions_customer_id ON contextpack_subscriptions (customer_id);

-- Which of Stripe's customers is which user.
CREATE TABLE contextpack_customers (
    customer_id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES user_profiles (id),
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX contextpack_customers_user_id ON contextpack_customers (user_id, created_at);
