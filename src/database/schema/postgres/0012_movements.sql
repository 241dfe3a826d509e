-- replaces: 4095392fbd7b178f4046850fb67e38bbebc6a61b83b0b55dfffd66fca7b740cb
-- Refunds, disputes and parts of a payment, as one row for what an event tells of money that moved: sums are recounted
-- from them, so that a refund that fails and a dispute that is lost later are right in any order.
CREATE TABLE contextpack.movements (
    event_id text NOT NULL,
    subject_id text NOT NULL,
    payment_id uuid NOT NULL REFERENCES contextpack.payments (payment_id),
    kind text NOT NULL,
    charge_id text,
    payment_intent_id text,
    amount bigint NOT NULL,
    total bigint,
    created_at bigint,
    told_at bigint NOT NULL,
    PRIMARY KEY (event_id, subject_id)
);
CREATE INDEX movements_payment_id ON contextpack.movements (payment_id);

ALTER TABLE contextpack.payments
    ADD COLUMN customer_id text,
    ADD COLUMN amount_due bigint,
    ADD COLUMN amount_parts bigint NOT NULL DEFAULT 0,
    ADD COLUMN amount_disputed bigint NOT NULL DEFAULT 0,
    ADD COLUMN gives_plan bigint NOT NULL DEFAULT 0,
    ADD COLUMN is_unclaimed bigint NOT NULL DEFAULT 0;
CREATE INDEX payments_customer_id ON contextpack.payments (customer_id) WHERE user_id IS NULL;
CREATE INDEX payments_unclaimed ON contextpack.payments (created_at, payment_id) WHERE is_unclaimed = 1;

-- The payment that an event left without a user.
ALTER TABLE contextpack.stripe_events ADD COLUMN payment_id uuid;
CREATE INDEX stripe_events_payment_id ON contextpack.stripe_events (payment_id) WHERE payment_id IS NOT NULL;

INSERT INTO contextpack.movements
SELECT 'before:' || payment_id, payment_id::text, payment_id, 'charge', NULL, stripe_payment_id, amount_refunded, NULL,
       NULL, updated_at
  FROM contextpack.payments
 WHERE amount_refunded > 0;
INSERT INTO contextpack.movements
SELECT 'before:' || dispute_id, dispute_id, payment_id, 'dispute_out', NULL, NULL, amount, NULL, NULL, 0
  FROM contextpack.disputes
 WHERE is_withdrawn = 1;
INSERT INTO contextpack.movements
SELECT 'before-back:' || dispute_id, dispute_id, payment_id, 'dispute_back', NULL, NULL, amount, NULL, NULL, 0
  FROM contextpack.disputes
 WHERE is_reinstated = 1;
UPDATE contextpack.payments p
   SET amount_disputed = d.amount
  FROM (SELECT payment_id, sum(amount)::bigint AS amount FROM contextpack.disputes
         WHERE is_withdrawn = 1 AND is_reinstated = 0 GROUP BY payment_id) d
 WHERE d.payment_id = p.payment_id;
UPDATE contextpack.payments
   SET gives_plan = 1
 WHERE is_unlimited = 1 AND is_paid = 1
   AND (amount IS NULL OR amount <= 0 OR amount_refunded + amount_disputed < amount);
DROP TABLE contextpack.disputes;

-- Which plan a subscription bills, by the newest event that said it; the end of its first period, by the checkout.
ALTER TABLE contextpack.subscriptions
    ADD COLUMN plan_rank bigint NOT NULL DEFAULT 0,
    ADD COLUMN plan_at bigint,
    ADD COLUMN checkout_end bigint;

ALTER TABLE contextpack.movements ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON contextpack.movements FROM PUBLIC, anon, authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON contextpack.movements TO service_role;
SELECT 'change', 'created contextpack.movements in place of contextpack.disputes';
