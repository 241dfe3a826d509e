-- Statements that PostgreSQL runs instead of those with the same names in queries.sql, with the same parameters and columns:
-- what SQLite, which has one writer at a time, does not need. Both files share their fragments.
-- Rows are picked and locked in a materialised query, so that a plan cannot run it twice and lock more than the limit;
-- rows that another transaction has locked are passed over. They are found again by their place in the table: by their
-- keys the planner may read the whole table. A row that moved before it was locked is left for the next claim.

-- name: queue_claim
WITH picked AS MATERIALIZED (
    SELECT p.ctid AS place
      FROM @own(queue) p
     WHERE p.user_id = @uuid($1) AND p.state = 'ready'
     @include(queue_ready_order)
     LIMIT $2
       FOR UPDATE SKIP LOCKED
)
UPDATE @own(queue) AS q
   SET @include(queue_claimed)
  FROM picked
 WHERE q.ctid = picked.place
RETURNING @include(work_columns);

-- name: queue_claim_in_turn
WITH RECURSIVE @include(queue_ring),
turns (user_id) AS MATERIALIZED (SELECT r.user_id FROM ring r WHERE r.user_id IS NOT NULL LIMIT $5),
picked AS MATERIALIZED (
    SELECT f.place
      FROM turns t
     CROSS JOIN LATERAL (
               SELECT p.ctid AS place
                 FROM @own(queue) p
                WHERE p.user_id = t.user_id AND p.state = 'ready'
                @include(queue_ready_order)
                LIMIT (SELECT ($2 + count(*) - 1) / count(*) FROM turns)
                  FOR UPDATE SKIP LOCKED
           ) f
     LIMIT $2
)
UPDATE @own(queue) AS q
   SET @include(queue_claimed)
  FROM picked
 WHERE q.ctid = picked.place
RETURNING @include(work_columns);

-- name: queue_promote
WITH picked AS MATERIALIZED (
    SELECT p.ctid AS place
      FROM @own(queue) p
     WHERE p.state = 'waiting' AND p.run_at <= $1
     ORDER BY p.run_at
     LIMIT $2
       FOR UPDATE SKIP LOCKED
)
UPDATE @own(queue) AS q
   SET state = 'ready'
  FROM picked
 WHERE q.ctid = picked.place
RETURNING owner_id;
