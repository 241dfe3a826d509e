-- Statements that PostgreSQL runs instead of those with the same names in queries.sql, with the same parameters and columns:
-- what SQLite, which has one writer at a time, does not need. Fragments are those of queries.sql.
-- Rows are picked and locked in a materialised query, so that a plan cannot run it twice and lock more than the limit;
-- rows that another transaction has locked are passed over.

-- name: queue_claim
WITH picked AS MATERIALIZED (
    SELECT p.user_id AS of_user, p.owner_kind AS of_kind, p.owner_id AS of_id
      FROM @own(queue) p
     WHERE p.user_id = @uuid($1) AND p.state = 'ready'
     ORDER BY p.priority DESC, p.submitted_at, p.owner_id
     LIMIT $2
       FOR UPDATE SKIP LOCKED
)
UPDATE @own(queue) AS q
   SET @include(queue_claimed)
  FROM picked
 WHERE q.user_id = of_user AND q.owner_kind = of_kind AND q.owner_id = of_id
RETURNING @include(work_columns);

-- name: queue_claim_next
WITH picked AS MATERIALIZED (
    SELECT p.user_id AS of_user, p.owner_kind AS of_kind, p.owner_id AS of_id
      FROM @own(queue) p
     WHERE p.state = 'ready'
       AND p.user_id = COALESCE((SELECT n.user_id FROM @own(queue) n
                                  WHERE n.state = 'ready' AND n.user_id > @uuid($1)
                                  ORDER BY n.user_id LIMIT 1),
                                (SELECT n.user_id FROM @own(queue) n
                                  WHERE n.state = 'ready' ORDER BY n.user_id LIMIT 1))
     ORDER BY p.priority DESC, p.submitted_at, p.owner_id
     LIMIT $2
       FOR UPDATE SKIP LOCKED
)
UPDATE @own(queue) AS q
   SET @include(queue_claimed)
  FROM picked
 WHERE q.user_id = of_user AND q.owner_kind = of_kind AND q.owner_id = of_id
RETURNING @include(work_columns);

-- name: queue_promote
WITH picked AS MATERIALIZED (
    SELECT p.user_id AS of_user, p.owner_kind AS of_kind, p.owner_id AS of_id
      FROM @own(queue) p
     WHERE p.state = 'waiting' AND p.run_at <= $1
     ORDER BY p.run_at
     LIMIT $2
       FOR UPDATE SKIP LOCKED
)
UPDATE @own(queue) AS q
   SET state = 'ready'
  FROM picked
 WHERE q.user_id = of_user AND q.owner_kind = of_kind AND q.owner_id = of_id
RETURNING owner_id;
