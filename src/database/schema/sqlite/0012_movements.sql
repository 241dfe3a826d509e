-- Refunds, disputes and parts of a payment, as one row for what an event tells of money that moved: sums are recounted
-- from them, so that a refund that fails and a dispute that is lost later are right in any order.
CREATE TABLE contextpack_movements (
    event_id TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    payment_id TEXT NOT NULL REFERENCES contextpack_payments (payment_id),
    kind TEXT NOT NULL,
    charge_id TEXT,
    payment_intent_id TEXT,
    amount INTEGER NOT NULL,
    total INTEGER,
    created_at INTEGER,
    told_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, subject_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contextpack_movements_payment_id ON contextpack_movements (payment_id);

ALTER TABLE contextpack_payments ADD COLUMN customer_id TEXT;
ALTER TABLE contextpack_payments ADD COLUMN amount_due INTEGER;
ALTER TABLE contextpack_payments ADD COLUMN amount_parts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contextpack_payments ADD COLUMN amount_disputed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contextpack_payments ADD COLUMN gives_plan INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contextpack_payments ADD COLUMN is_unclaimed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX contextpack_payments_customer_id ON contextpack_payments (customer_id) WHERE user_id IS NULL;
CREATE INDEX contextpack_payments_unclaimed ON contextpack_payments (created_at, payment_id) WHERE is_unclaimed = 1;

-- The payment that an event left without a user.
ALTER TABLE contextpack_stripe_events ADD COLUMN payment_id TEXT;
CREATE INDEX contextpack_stripe_events_payment_id ON contextpack_stripe_events (payment_id)
    WHERE payment_id IS NOT NULL;

INSERT INTO contextpack_movements
SELECT 'before:' || payment_id, payment_id, payment_id, 'charge', NULL, stripe_payment_id, amount_refunded, NULL, NULL,
       updated_at
  FROM contextpack_payments
 WHERE amount_refunded > 0;
INSERT INTO contextpack_movements
SELECT 'before:' || dispute_id, dispute_id, payment_id, 'dispute_out', NULL, NULL, amount, NULL, NULL, 0
  FROM contextpack_disputes
 WHERE is_withdrawn = 1;
INSERT INTO contextpack_movements
SELECT 'before-back:' || dispute_id, dispute_id, payment_id, 'dispute_back', NULL, NULL, amount, NULL, NULL, 0
  FROM contextpack_disputes
 WHERE is_reinstated = 1;
UPDATE contextpack_payments
   SET amount_disputed = COALESCE((SELECT sum(d.amount) FROM contextpack_disputes d
                                    WHERE d.payment_id = contextpack_payments.payment_id AND d.is_withdrawn = 1
                                      AND d.is_reinstated = 0), 0);
UPDATE contextpack_payments
   SET gives_plan = 1
 WHERE is_unlimited = 1 AND is_paid = 1
   AND (amount IS NULL OR amount <= 0 OR amount_refunded + amount_disputed < amount);
DROP TABLE contextpack_disputes;

-- Which plan a subscription bills, by the newest event that said it; the end of its first period, by the checkout.
ALTER TABLE contextpack_subscriptions ADD COLUMN plan_rank INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contextpack_subscriptions ADD COLUMN plan_at INTEGER;
ALTER TABLE contextpack_subscriptions ADD COLUMN checkout_end INTEGER;
